// SPDX-License-Identifier: Apache-2.0
/** The HTTP API: routes, answers, errors, authentication, the dashboard's files. */
package io.foreshock.monitor.api;
