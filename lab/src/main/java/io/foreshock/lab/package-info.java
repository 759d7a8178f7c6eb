// SPDX-License-Identifier: Apache-2.0
/** The command line: the commands that read recorded files or start trainers. */
package io.foreshock.lab;
