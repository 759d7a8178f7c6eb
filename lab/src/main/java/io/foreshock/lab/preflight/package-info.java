// SPDX-License-Identifier: Apache-2.0
/** Judging runs before they begin, for people: the {@code forecast} command and its texts. */
package io.foreshock.lab.preflight;
