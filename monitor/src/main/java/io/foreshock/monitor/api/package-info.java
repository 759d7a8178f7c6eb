// SPDX-License-Identifier: Apache-2.0
/** HTTP: routes, answers, errors, authentication, the static page. */
package io.foreshock.monitor.api;
