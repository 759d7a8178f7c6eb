// SPDX-License-Identifier: Apache-2.0
/** Live events of runs, pushed to pages and to training runs that wait for commands. */
package io.foreshock.monitor.live;
