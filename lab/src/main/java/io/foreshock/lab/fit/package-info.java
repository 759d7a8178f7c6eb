// SPDX-License-Identifier: Apache-2.0
/**
 * The {@code fit} command: fits trends across model sizes to a table of runs.
 *
 * <p>A fit is a class that extends {@link io.foreshock.lab.fit.Fit} and is listed in {@link
 * io.foreshock.lab.fit.FitCommand}. It reads columns of a {@link io.foreshock.lab.fit.Table} and
 * returns a {@link io.foreshock.lab.fit.FitResult}. The class {@code Fit} handles files, formats
 * and exit codes for all fits.
 */
package io.foreshock.lab.fit;
