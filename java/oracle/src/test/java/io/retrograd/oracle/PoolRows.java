package io.retrograd.oracle;

import static io.retrograd.oracle.In.between;
import static io.retrograd.oracle.In.distinct;
import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.In.permutation;
import static io.retrograd.oracle.In.positive;
import static io.retrograd.oracle.In.tied;
import static io.retrograd.oracle.Operand.X;
import static io.retrograd.oracle.Operand.Y;
import static io.retrograd.oracle.Row.call;
import static io.retrograd.oracle.Tolerance.ACCUMULATED;
import static io.retrograd.oracle.Tolerance.COMPOSED;

import io.retrograd.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Pooling of one to three dimensions. */
final class PoolRows {
  private static final String SQUEEZED = "libtorch's is the view of a pooling of two dimensions";

  private PoolRows() {}

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (int dims = 1; dims <= 3; dims++)
      for (boolean array : new boolean[] {false, true}) {
        max(rows, dims, array, false);
        max(rows, dims, array, true);
        average(rows, dims, array);
        adaptive(rows, dims, array);
        power(rows, dims, array);
        unpool(rows, dims, array);
        if (dims > 1) {
          fractional(rows, dims, array, false);
          fractional(rows, dims, array, true);
        }
      }
    return rows;
  }

  private static void max(List<Row> rows, int dims, boolean array, boolean indices) {
    String name = "F.maxPool" + dims + "d" + (indices ? "WithIndices" : "");
    for (int n = 1; n <= 5; n++) {
      boolean ceil = n > 4;
      long[] kernel = all(dims, 2), stride = all(dims, n > 1 ? 3 : 2);
      long[] padding = all(dims, n > 2 ? 1 : 0), dilation = all(dims, n > 3 ? 2 : 1);
      Object[] numbers = {
        each(dims, array, 2), each(dims, array, 3), each(dims, array, 1), each(dims, array, 2), ceil
      };
      Row row = numbered(name, ceil && array == indices, n, numbers);
      if (dims == 1) row.node("MaxPool1DWithIndicesBackward0", SQUEEZED);
      rows.add(largest(row, dims).theirs(x -> switch (dims) {
        case 1 ->
          indices
              ? torch.max_pool1d_with_indices(x, kernel, stride, padding, dilation, ceil)
              : torch.max_pool1d(x, kernel, stride, padding, dilation, ceil);
        case 2 ->
          indices
              ? torch.max_pool2d_with_indices(x, kernel, stride, padding, dilation, ceil)
              : torch.max_pool2d(x, kernel, stride, padding, dilation, ceil);
        default ->
          indices
              ? torch.max_pool3d_with_indices(x, kernel, stride, padding, dilation, ceil)
              : torch.max_pool3d(x, kernel, stride, padding, dilation, ceil);
      }));
    }
  }

  /** With samples for results of at least one element and windows of two places or less. */
  private static Row largest(Row row, int dims) {
    return floating(row)
        .on(distinct(sizes(dims, 1, 1, 3, 3, 5)))
        .on(tied(unbatched(dims, 2, 3, 2, 4)))
        .on(distinct(sizes(dims, 0, 2, 3, 4, 5)))
        .sized(in(sizes(dims, 1, 2, 2, 3, 1100)))
        .refuses(in(all(dims, 4)))
        .refuses(in(sizes(dims, 1, 2, 3, 0, 0)));
  }

  private static void average(List<Row> rows, int dims, boolean array) {
    for (int n = 1; n <= (dims > 1 ? 6 : 5); n++) {
      boolean ceil = n > 3, padded = n < 5;
      long divisor = n > 5 ? 7 : 0;
      long[] kernel = all(dims, 2),
          stride = all(dims, n > 1 ? 3 : 2),
          padding = all(dims, n > 2 ? 1 : 0);
      Object[] numbers = {
        each(dims, array, 2), each(dims, array, 3), each(dims, array, 1), ceil, padded, divisor
      };
      Row row = numbered("F.avgPool" + dims + "d", array && n > 4, n, numbers).within(ACCUMULATED);
      if (dims == 1) row.node("AvgPool1DBackward0", SQUEEZED);
      LongOptional by = divisor == 0 ? new LongOptional() : new LongOptional(divisor);
      rows.add(floating(row)
          .theirs(x -> switch (dims) {
            case 1 -> torch.avg_pool1d(x, kernel, stride, padding, ceil, padded);
            case 2 -> torch.avg_pool2d(x, kernel, stride, padding, ceil, padded, by);
            default -> torch.avg_pool3d(x, kernel, stride, padding, ceil, padded, by);
          })
          .on(in(sizes(dims, 1, 1, 3, 3, 5)))
          .on(in(unbatched(dims, 2, 3, 2, 4)))
          .on(in(sizes(dims, 0, 2, 3, 4, 5)))
          .sized(in(sizes(dims, 1, 2, 2, 3, 1100)))
          .refuses(in(all(dims, 4)))
          .refuses(in(sizes(dims, 1, 2, 3, 0, 0))));
    }
  }

  private static void adaptive(List<Row> rows, int dims, boolean array) {
    // Windows of different sizes, some of which overlap.
    long[] sizes = array ? Arrays.copyOfRange(new long[] {2, 3, 4}, 3 - dims, 3) : all(dims, 3);
    Object size = array ? sizes : (Object) 3L;
    String average = "F.adaptiveAvgPool" + dims + "d", largest = "F.adaptiveMaxPool" + dims + "d";
    Row mean = of(average, array, X, size).within(ACCUMULATED);
    if (dims == 1) mean.node("AdaptiveAvgPool1DBackward0", SQUEEZED);
    rows.add(floating(mean)
        .theirs(x -> switch (dims) {
          case 1 -> torch.adaptive_avg_pool1d(x, sizes);
          case 2 -> torch.adaptive_avg_pool2d(x, sizes);
          default -> torch.adaptive_avg_pool3d(x, sizes);
        })
        .on(in(sizes(dims, 1, 1, 3, 4, 5)))
        .on(in(unbatched(dims, 2, 3, 2, 4)))
        .on(in(sizes(dims, 0, 2, 3, 4, 5)))
        .sized(in(sizes(dims, 1, 2, 2, 3, 1100)))
        .refuses(in(all(dims, 4)))
        .refuses(in(sizes(dims, 1, 2, 3, 0, 0))));
    for (boolean indices : new boolean[] {false, true}) {
      String name = largest + (indices ? "WithIndices" : "");
      Row row = largest(of(name, array, X, size), dims);
      if (dims == 1) row.node("AdaptiveMaxPool1DBackward0", SQUEEZED);
      rows.add(row.theirs(x -> {
        var both =
            switch (dims) {
              case 1 -> torch.adaptive_max_pool1d(x, sizes);
              case 2 -> torch.adaptive_max_pool2d(x, sizes);
              default -> torch.adaptive_max_pool3d(x, sizes);
            };
        return indices ? both : both.get0();
      }));
    }
  }

  private static void power(List<Row> rows, int dims, boolean array) {
    for (int n = 1; n <= 3; n++) {
      boolean ceil = n > 2;
      long stride = n > 1 ? 1 : 2;
      Object[] numbers = {each(dims, array, 2), each(dims, array, 1), ceil};
      Object[] arguments =
          Stream.concat(Stream.of(X, 3.0), Arrays.stream(numbers).limit(n)).toArray();
      Row row = of("F.lpPool" + dims + "d", array && ceil, arguments);
      rows.add(floating(row)
          .within(COMPOSED)
          .theirs(x -> {
            long[] kernel = all(dims, 2), strides = all(dims, stride), none = all(dims, 0);
            Tensor cubes = x.pow(new Scalar(3.0));
            Tensor mean =
                switch (dims) {
                  case 1 -> torch.avg_pool1d(cubes, kernel, strides, none, ceil, true);
                  case 2 ->
                    torch.avg_pool2d(cubes, kernel, strides, none, ceil, true, new LongOptional());
                  default ->
                    torch.avg_pool3d(cubes, kernel, strides, none, ceil, true, new LongOptional());
                };
            Tensor sum = mean.sign().mul(mean.abs().relu()).mul(new Scalar(1L << dims));
            return sum.pow(new Scalar(1 / 3.0));
          })
          .on(positive(sizes(dims, 1, 2, 2, 3, 4)))
          .on(positive(unbatched(dims, 2, 3, 2, 4)))
          .refuses(in(all(dims, 4))));
    }
  }

  private static void fractional(List<Row> rows, int dims, boolean array, boolean indices) {
    String name = "F.fractionalMaxPool" + dims + "d" + (indices ? "WithIndices" : "");
    long[] kernel = all(dims, 2), one = all(dims, 1), size = all(dims, 2);
    // One result sees the last window, whatever the sample.
    Row drawn = of(name, false, X, each(dims, array, 2), each(dims, array, 1));
    rows.add(largest(drawn, dims).theirs(x -> {
      long batch = x.dim() == dims + 2 ? x.size(0) : 1;
      Tensor samples = torch.zeros(batch, x.size(-dims - 1), dims).to(x.scalar_type());
      return fractional(x, kernel, one, samples, indices);
    }));
    Row row = of(name, array, X, each(dims, array, 2), each(dims, array, 2), Y);
    rows.add(floating(row)
        .theirs((x, samples) -> fractional(x, kernel, size, samples, indices))
        .on(distinct(sizes(dims, 1, 1, 4, 4, 5)), between(0, 1, 1, 1, dims).constant())
        .on(tied(unbatched(dims, 2, 4, 4, 5)), between(0, 1, 1, 2, dims).constant())
        .sized(in(sizes(dims, 1, 2, 4, 5, 70)), between(0, 1, 1, 2, dims).constant())
        .unsized("libtorch wants a sample for each image")
        .refuses(in(sizes(dims, 1, 2, 2, 2, 2)), in(1, 2, dims)));
  }

  private static Object fractional(
      Tensor x, long[] kernel, long[] size, Tensor samples, boolean indices) {
    var both = kernel.length == 2
        ? torch.fractional_max_pool2d(x, kernel, size, samples)
        : torch.fractional_max_pool3d(x, kernel, size, samples);
    return indices ? both : both.get0();
  }

  private static void unpool(List<Row> rows, int dims, boolean array) {
    for (int n = 1; n <= 4; n++) {
      long stride = n > 1 ? 3 : 2, padding = n > 2 ? 1 : 0, least = n > 3 ? 1 : 0;
      List<Object> numbers =
          new ArrayList<>(List.of(each(dims, array, 2), each(dims, array, 3), each(dims, array, 1))
              .subList(0, Math.min(n, 3)));
      // Of images of 2 x 2 x 3, by one more than the least.
      long[] spatial = Arrays.stream(new long[] {2, 2, 3})
          .skip(3 - dims)
          .map(k -> (k - 1) * stride + 2 - 2 * padding + least)
          .toArray();
      if (n > 3) numbers.add(spatial);
      Object[] arguments = Stream.concat(Stream.of(X, Y), numbers.stream()).toArray();
      Row row = of("F.maxUnpool" + dims + "d", array && n > 3, arguments);
      if (dims == 1) row.node("MaxUnpool1DBackward0", SQUEEZED);
      rows.add(floating(row)
          .theirs((x, indices) -> switch (dims) {
            case 1 ->
              torch
                  .max_unpool2d(x.unsqueeze(-2), indices.unsqueeze(-2), 1, spatial[0])
                  .squeeze(-2);
            case 2 -> torch.max_unpool2d(x, indices, spatial);
            default ->
              torch.max_unpool3d(x, indices, spatial, all(dims, stride), all(dims, padding));
          })
          .on(in(sizes(dims, 1, 1, 2, 2, 3)), permutation(sizes(dims, 1, 1, 2, 2, 3)))
          .unsized("the size of the result follows from the input's")
          .refuses(in(sizes(dims, 1, 1, 2, 2, 3)), permutation(sizes(dims, 1, 1, 2, 2, 2))));
    }
  }

  // ---- what these share ----

  private static Row floating(Row row) {
    return row.skip(
        "libtorch has integers for some and on the CPU alone",
        DType.BOOL,
        DType.UINT8,
        DType.INT8,
        DType.INT16,
        DType.INT32,
        DType.INT64);
  }

  /** The overload with the first n numbers. */
  private static Row numbered(String name, boolean whole, int n, Object... numbers) {
    return of(
        name,
        whole,
        Stream.concat(Stream.of(X), Arrays.stream(numbers).limit(n)).toArray());
  }

  /** `whole` where all is tested, not values and gradients alone: others pass their arguments on to one that is. */
  private static Row of(String name, boolean whole, Object... arguments) {
    String note = Arrays.stream(arguments)
        .map(v -> v instanceof long[] a ? Arrays.toString(a) : v.toString())
        .collect(Collectors.joining(", ", "(", ")"));
    Row row = call(name + note, arguments);
    for (Aspect aspect :
        List.of(Aspect.LAYOUTS, Aspect.EDGES, Aspect.SECOND_GRADIENTS, Aspect.GRADCHECK))
      if (!whole) row.skip(aspect, "a shorter form of one with a row of its own");
    return row;
  }

  private static Object each(int dims, boolean array, long value) {
    return array ? all(dims, value) : (Object) value;
  }

  static long[] all(int dims, long value) {
    return LongStream.generate(() -> value).limit(dims).toArray();
  }

  /** Batch, channels, and the last of the spatial sizes. */
  private static long[] sizes(int dims, long batch, long channels, long... spatial) {
    return LongStream.concat(
            LongStream.of(batch, channels), Arrays.stream(spatial).skip(3 - dims))
        .toArray();
  }

  private static long[] unbatched(int dims, long channels, long... spatial) {
    return LongStream.concat(LongStream.of(channels), Arrays.stream(spatial).skip(3 - dims))
        .toArray();
  }
}
