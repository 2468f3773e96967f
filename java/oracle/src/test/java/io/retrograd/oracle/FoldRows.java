package io.retrograd.oracle;

import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.Operand.X;
import static io.retrograd.oracle.PoolRows.all;
import static io.retrograd.oracle.Row.call;

import io.retrograd.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;

/** Images as columns of windows and back. */
final class FoldRows {
  private FoldRows() {}

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (boolean array : new boolean[] {false, true})
      for (int n = 1; n <= 4; n++) {
        long[] kernel = {2, array ? 3 : 2};
        long[] dilation = all(2, n > 1 ? 2 : 1),
            padding = all(2, n > 2 ? 1 : 0),
            stride = all(2, n > 3 ? 3 : 1);
        Object[] numbers =
            array ? new Object[] {kernel, dilation, padding, stride} : new Object[] {2, 2, 1, 3};
        // Windows in a dimension of 5 and one of 6.
        long high = (5 + 2 * padding[0] - dilation[0] * (kernel[0] - 1) - 1) / stride[0] + 1;
        long wide = (6 + 2 * padding[1] - dilation[1] * (kernel[1] - 1) - 1) / stride[1] + 1;
        long places = kernel[0] * kernel[1], windows = high * wide;
        rows.add(shorter(array && n > 3, "F.unfold", Stream.of(X), n, numbers)
            .theirs(x -> torch.im2col(x, kernel, dilation, padding, stride))
            .on(in(1, 2, 5, 6))
            .on(in(2, 5, 6))
            .on(in(0, 2, 5, 6))
            .refuses(in(5, 6))
            .refuses(in(1, 0, 5, 6)));
        if (array)
          rows.add(shorter(n > 3, "F.fold", Stream.of(X, new long[] {5, 6}), n, numbers)
              .theirs(x -> torch.col2im(x, new long[] {5, 6}, kernel, dilation, padding, stride))
              .on(in(1, 2 * places, windows))
              .on(in(places, windows))
              .on(in(0, places, windows))
              .refuses(in(1, places + 1, windows))
              .refuses(in(1, places, windows + 1)));
        else {
          long side = (5 + 2 * padding[0] - dilation[0] - 1) / stride[0] + 1;
          rows.add(shorter(false, "F.fold", Stream.of(X, 5), n, numbers)
              .theirs(x -> torch.col2im(x, all(2, 5), kernel, dilation, padding, stride))
              .on(in(1, 8, side * side))
              .refuses(in(1, 8, side * side + 1)));
        }
      }
    return rows;
  }

  /** The overload with the first n numbers; `whole` where all is tested, not values and gradients alone. */
  private static Row shorter(
      boolean whole, String name, Stream<?> first, int n, Object... numbers) {
    Object[] arguments = Stream.concat(first, Arrays.stream(numbers).limit(n)).toArray();
    Row row = call(
            name + Arrays.deepToString(arguments).replace('[', '(').replace(']', ')'), arguments)
        .within(Tolerance.COMPOSED)
        .skip("libtorch has bools on the CPU alone", DType.BOOL);
    for (Aspect aspect :
        List.of(Aspect.LAYOUTS, Aspect.EDGES, Aspect.SECOND_GRADIENTS, Aspect.GRADCHECK))
      if (!whole) row.skip(aspect, "a shorter form of one with a row of its own");
    return row;
  }
}
