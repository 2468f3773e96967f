package io.retrograd.internal.presets;

import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.tools.Info;
import org.bytedeco.javacpp.tools.InfoMap;

/** Makes {@code io.retrograd.internal.Ops} from the family headers in native/ops. */
@Properties(
    value =
        @Platform(
            value = "linux-x86_64",
            compiler = "cpp20",
            include = {
              "jni/adapters.h",
              "ops/activation.h",
              "ops/binary.h",
              "ops/conv.h",
              "ops/copy.h",
              "ops/creation.h",
              "ops/ctc.h",
              "ops/distance.h",
              "ops/fold.h",
              "ops/image.h",
              "ops/index.h",
              "ops/inspect.h",
              "ops/loss.h",
              "ops/margin.h",
              "ops/matmul.h",
              "ops/norm.h",
              "ops/optim.h",
              "ops/pool.h",
              "ops/random.h",
              "ops/reduce.h",
              "ops/shape.h",
              "ops/sort.h",
              "ops/unary.h",
              "ops/view.h"
            },
            link = "retrograd",
            library = "jniretrograd"),
    target = "io.retrograd.internal.Ops",
    helper = "io.retrograd.internal.Library")
public final class OpsPreset extends Binding {
  @Override
  public void map(InfoMap map) {
    super.map(map);
    // The parser's overloads give all operands of a call the same form; these two are mixed freely.
    StringBuilder where = new StringBuilder();
    for (String a : OPERANDS) {
      for (String b : OPERANDS) {
        where
            .append("@Namespace(\"retrograd\") public static native ")
            .append(adapter("TensorResult", "long") + " where(" + adapter("TensorArgument", "long")
                + " condition, ")
            .append(a + " a, " + b + " b);\n");
      }
    }
    map.put(new Info("retrograd::where").javaText(where.toString()));
  }
}
