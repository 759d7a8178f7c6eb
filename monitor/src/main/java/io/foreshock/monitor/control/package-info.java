// SPDX-License-Identifier: Apache-2.0
/** Commands to training runs: the policy that decides them, their ledger and their status. */
package io.foreshock.monitor.control;
