// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.export;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code export RUN}: all values of a run as a Parquet, CSV or line protocol file. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes all values of a run to a file, and prints its path.",
      "",
      "Parquet and CSV have one row a value. Columns: measurement, field, layer, head, tags, segment,"
          + " step, time (UTC), value, text. Line protocol (lp) has the run's lines."
    },
    footer = {
      "",
      "Examples:",
      "  foreshock export my-run",
      "  foreshock export my-run --format csv --out - | head",
      "  foreshock export my-run --data foreshock-data",
      "  foreshock export my-run --format lp && foreshock replay --rules rules.yaml my-run.lp",
      "",
      "Exit code 0: the file was written. 1: the run does not exist or cannot be read. 2: wrong"
          + " usage."
    })
public final class ExportCommand implements Callable<Integer> {
  private static final String STDOUT = "-";
  private static final int MOST_NAME = 100;
  private static final long REPORT_NANOS = 1_000_000_000;

  /** The formats of a file. */
  enum Format {
    PARQUET,
    CSV,
    LP;

    String suffix() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Parameters(paramLabel = "RUN", description = "Name of the run.")
  private String run = "";

  @Mixin private final DataSource source = new DataSource();

  @Option(
      names = "--format",
      paramLabel = "parquet|csv|lp",
      defaultValue = "parquet",
      description =
          "Format of the file. lp is line protocol, which replay reads. Default: ${DEFAULT-VALUE}.")
  private Format format = Format.PARQUET;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "File to write; - for standard output. Default: RUN.parquet, RUN.csv or RUN.lp, where"
              + " characters of the name that file systems may reject are replaced.")
  private @Nullable String out;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    try {
      source.read(
          run,
          client -> {
            if (STDOUT.equals(out)) {
              try (OutputStream console =
                  new BufferedOutputStream(new FileOutputStream(FileDescriptor.out))) {
                client.export(run, format.suffix(), console, this::report);
              }
              return;
            }
            Path file = Path.of(out == null ? fileName(run, format) : out);
            Path part = file.resolveSibling(file.getFileName() + ".part");
            try {
              try (OutputStream stream = Files.newOutputStream(part)) {
                client.export(run, format.suffix(), stream, this::report);
              }
              Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            } finally {
              Files.deleteIfExists(part);
            }
            spec.commandLine().getOut().println(file);
            spec.commandLine().getOut().flush();
          });
      return 0;
    } catch (IOException e) {
      spec.commandLine().getErr().println("foreshock export: " + e.getMessage());
      return 1;
    }
  }

  private long reportedNanos = System.nanoTime();

  private void report(long bytes) {
    long now = System.nanoTime();
    if (now - reportedNanos >= REPORT_NANOS) {
      reportedNanos = now;
      spec.commandLine().getErr().printf(Locale.ROOT, "%.1f MB%n", bytes / 1e6);
    }
  }

  /** A file name for the run, with the characters replaced that file systems may reject. */
  static String fileName(String run, Format format) {
    String safe = run.replaceAll("[^A-Za-z0-9._-]+", "_");
    return safe.substring(0, Math.min(MOST_NAME, safe.length())) + "." + format.suffix();
  }
}
