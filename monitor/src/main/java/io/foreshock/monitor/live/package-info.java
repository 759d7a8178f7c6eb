// SPDX-License-Identifier: Apache-2.0
/** What happens now, pushed to whoever watches. */
package io.foreshock.monitor.live;
