// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import ai.djl.engine.Engine;
import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets PyTorch up for this process.
 *
 * <p>{@code OMP_WAIT_POLICY=PASSIVE} and {@code GOMP_SPINCOUNT=0} must be in the environment before
 * the process starts; the launcher exports them.
 */
final class TensorLibrary {
  private static final Logger LOG = LoggerFactory.getLogger(TensorLibrary.class);
  private static final Path MAPS = Path.of("/proc/self/maps");

  private TensorLibrary() {}

  /** Sets the properties of the tensor library; call it before the first DJL class is loaded. */
  static void configure(int threads) {
    setDefault("DJL_OFFLINE", "true");
    setDefault("OPT_OUT_TRACKING", "true");
    setDefault("ai.djl.pytorch.graph_optimizer", "false"); // only for scripted models, and it logs
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /**
   * Makes the calling thread, and the workers it starts later, treat denormal numbers as zero:
   * collapsed attention produces many of them, and each costs a hundred cycles. Without the switch
   * in the library, training is only slower.
   */
  static void flushDenormals() {
    LOG.info("tensor library: PyTorch {}", Engine.getInstance().getVersion()); // loads it
    try {
      Optional<String> library = loaded("libtorch_cpu.so");
      if (library.isPresent()) {
        NativeLibrary torch = NativeLibrary.getInstance(library.get());
        Function context = torch.getFunction("_ZN2at13globalContextEv");
        Function flush = torch.getFunction("_ZN2at7Context16setFlushDenormalEb");
        flush.invoke(Boolean.class, new Object[] {context.invokePointer(new Object[0]), true});
      }
    } catch (IOException | UnsatisfiedLinkError e) {
      LOG.info(
          "denormal numbers are not flushed to zero, which makes training slower: {}",
          e.toString());
    }
  }

  private static Optional<String> loaded(String name) throws IOException {
    if (!Files.isReadable(MAPS)) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(MAPS)) {
      return lines
          .filter(line -> line.endsWith("/" + name))
          .map(line -> line.substring(line.indexOf('/')))
          .findFirst();
    }
  }
}
