// SPDX-License-Identifier: Apache-2.0
/** Commands to training runs: what they are, who decided them, what became of them. */
package io.foreshock.monitor.control;
