// SPDX-License-Identifier: Apache-2.0
/** Who did what. */
package io.foreshock.monitor.audit;
