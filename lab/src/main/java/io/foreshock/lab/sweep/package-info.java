// SPDX-License-Identifier: Apache-2.0
/** The {@code sweep} command: trains a grid of small models and writes a table of results. */
package io.foreshock.lab.sweep;
