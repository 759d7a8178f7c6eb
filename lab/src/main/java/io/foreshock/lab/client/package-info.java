// SPDX-License-Identifier: Apache-2.0
/** Asks a monitor over its public API, as any user's script would. */
package io.foreshock.lab.client;
