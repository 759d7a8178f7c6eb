// SPDX-License-Identifier: Apache-2.0
/** Calls a monitor through its public API, as any user's script would. */
package io.foreshock.lab.client;
