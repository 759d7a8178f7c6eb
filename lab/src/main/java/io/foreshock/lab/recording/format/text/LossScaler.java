// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.text;

/**
 * Lines of the loss scalers of fairseq, Apex and DeepSpeed: a gradient was infinite, the optimizer
 * skipped its step, and the scale falls.
 *
 * <p>The lines name no step. A skipped step has the number after the last one, and the learning
 * rate stays, because the schedule does not go on. Apex and DeepSpeed begin with a scale that is
 * far too large and skip steps until it fits; the gradient itself is infinite only when the scale
 * has fallen to 1.
 */
final class LossScaler {
  private static final String FAIRSEQ = "setting loss scale to:";
  private static final String[] BEFORE_SCALE = {
    FAIRSEQ, "reducing loss scale to", "reducing to", "loss scale:"
  };

  private LossScaler() {}

  static boolean wrote(TextRecord record) {
    String line = record.line();
    int overflow = indexOfIgnoringCase(line, "overflow");
    return overflow >= 0
        && (line.indexOf("loss scale", overflow) >= 0 || line.contains("Skipping step"));
  }

  static void mend(TextRecord record, LogSoFar log) {
    double scale = scale(record.line());
    record.cut(0);
    if (log.step() >= 0) {
      record.add("step", log.skip());
    }
    if (scale <= 1 || record.line().contains(FAIRSEQ)) {
      record.add("grad_norm", Double.POSITIVE_INFINITY);
    } else {
      record.add("skipped", 1);
    }
    if (!Double.isNaN(scale)) {
      record.add("loss_scale", scale);
    }
    if (!Double.isNaN(log.learningRate())) {
      record.add("learning_rate", log.learningRate());
    }
    record.accept();
  }

  private static double scale(String line) {
    NumberScanner number = new NumberScanner();
    for (String before : BEFORE_SCALE) {
      int at = line.lastIndexOf(before);
      if (at >= 0) {
        int from = at + before.length();
        while (NumberScanner.charAt(line, from) == ' ') {
          from++;
        }
        return number.read(line, from) ? number.value() : Double.NaN;
      }
    }
    return Double.NaN;
  }

  private static int indexOfIgnoringCase(String line, String lowerCase) {
    int found = line.indexOf(lowerCase);
    if (found < 0) {
      found = line.indexOf("OVERFLOW");
    }
    return found < 0 ? line.indexOf("Overflow") : found;
  }
}
