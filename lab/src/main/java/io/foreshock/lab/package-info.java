// SPDX-License-Identifier: Apache-2.0
/** The command line: all that reads recorded files or starts trainers. */
package io.foreshock.lab;
