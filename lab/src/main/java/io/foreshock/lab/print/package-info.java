// SPDX-License-Identifier: Apache-2.0
/** What commands print with. */
package io.foreshock.lab.print;
