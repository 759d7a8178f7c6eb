// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * The position of each parameter in the flat vector that holds them all.
 *
 * <p>There is one vector because the optimizer then needs few native calls per layer instead of per
 * matrix, and because a checkpoint is then three vectors. Parameters of a layer are neighbours. The
 * layers are those of the telemetry: {@code embedding}, {@code 0} to {@code L-1}, {@code head}.
 */
public final class ParameterLayout {

  /**
   * One parameter.
   *
   * @param name unique, such as {@code block.0.query_key}
   * @param layer index into {@link #layers()}
   * @param offset of its first element in the flat vector
   * @param shape of the parameter; matrices are (in, out)
   * @param initialization its initial values
   * @param rate factor of its learning rate
   */
  public record Parameter(
      String name,
      int layer,
      long offset,
      Shape shape,
      Initialization initialization,
      double rate) {

    /** Number of elements. */
    public long size() {
      return shape.size();
    }
  }

  /**
   * A layer's piece of the flat vector.
   *
   * @param label the telemetry's tag {@code layer}
   * @param offset of its first element
   * @param size number of elements
   */
  public record Layer(String label, long offset, long size) {}

  private final List<Parameter> parameters = new ArrayList<>();
  private final List<Layer> layers = new ArrayList<>();
  private final GptConfig config;
  private long size;

  /** The layout of a model of this shape. */
  public ParameterLayout(GptConfig config) {
    this.config = config;
    addEmbedding();
    for (int block = 0; block < config.layers(); block++) {
      addBlock(block);
    }
    addHead();
  }

  private void addEmbedding() {
    long start = size;
    Initialization embedding = Initialization.normal(1 / Math.sqrt(config.width()));
    add("embedding.token", embedding, config.vocabulary(), config.width());
    if (config.positions() == Positions.LEARNED) {
      add("embedding.position", embedding, config.context(), config.width());
    }
    close("embedding", start);
  }

  private void addBlock(int block) {
    long start = size;
    int width = config.width();
    Mlp mlp = config.block().mlp();
    String prefix = "block." + block + ".";
    add(prefix + "attention_norm", Initialization.ONES, width);
    addMatrix(prefix + "query_key", queryKey(), width, 2L * width);
    if (config.qkLayernorm()) {
      add(prefix + "query_key_norm", Initialization.ONES, 2, config.headWidth());
    }
    addMatrix(prefix + "value", width, width);
    addMatrix(prefix + "attention_out", width, width);
    add(prefix + "mlp_norm", Initialization.ONES, width);
    addMatrix(prefix + "mlp_in", width, mlp.columns(width));
    addMatrix(prefix + "mlp_out", mlp.hidden(width), width);
    if (config.block().sigmaReparam()) {
      add(prefix + "sigma_gain", Initialization.ONES, Columns.matricesOfBlock(config));
    }
    close(Integer.toString(block), start);
  }

  private void addHead() {
    long start = size;
    if (config.finalNorm()) {
      add("head.norm", Initialization.ONES, config.width());
    }
    addMatrix("head.matrix", head(), config.width(), config.vocabulary());
    close("head", start);
  }

  private Initialization queryKey() {
    Initialization matrix = Initialization.truncatedNormal(1 / Math.sqrt(config.width()));
    return config.muParam().zeroQueries() ? matrix.afterZeros(config.headWidth()) : matrix;
  }

  private Initialization head() {
    return Initialization.truncatedNormal(config.muParam().headDeviation(config.width()));
  }

  private void addMatrix(String name, long in, long out) {
    addMatrix(name, Initialization.truncatedNormal(1 / Math.sqrt(in)), in, out);
  }

  private void addMatrix(String name, Initialization initialization, long in, long out) {
    add(name, initialization, config.muParam().matrixRate(config.width()), in, out);
  }

  private void add(String name, Initialization initialization, long... shape) {
    add(name, initialization, 1.0, shape);
  }

  private void add(String name, Initialization initialization, double rate, long... shape) {
    Parameter parameter =
        new Parameter(name, layers.size(), size, new Shape(shape), initialization, rate);
    parameters.add(parameter);
    size += parameter.size();
  }

  private void close(String label, long start) {
    layers.add(new Layer(label, start, size - start));
  }

  /** All parameters, in the order of the flat vector. */
  public List<Parameter> parameters() {
    return List.copyOf(parameters);
  }

  /** All layers, in the order of the flat vector. */
  public List<Layer> layers() {
    return List.copyOf(layers);
  }

  /** Returns the index of a block's layer; blocks follow the embedding. */
  public static int layerOfBlock(int block) {
    return block + 1;
  }

  /** Number of all elements. */
  public long size() {
    return size;
  }

  /** Number of elements without the embedding and the head's matrix. */
  public long sizeNonEmbedding() {
    return size - layers.get(0).size() - (long) config.width() * config.vocabulary();
  }

  /** The parameters as views of a flat vector, in the order of {@link #parameters()}. */
  List<NDArray> views(NDArray flat) {
    long[] boundaries = parameters.stream().skip(1).mapToLong(Parameter::offset).toArray();
    NDList pieces = flat.split(boundaries);
    List<NDArray> views = new ArrayList<>(pieces.size());
    for (int i = 0; i < pieces.size(); i++) {
      Shape shape = parameters.get(i).shape();
      views.add(shape.dimension() == 1 ? pieces.get(i) : pieces.get(i).reshape(shape));
    }
    return views;
  }
}
