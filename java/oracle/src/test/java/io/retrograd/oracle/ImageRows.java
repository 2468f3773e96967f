package io.retrograd.oracle;

import static io.retrograd.oracle.In.between;
import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.Nd.dims;
import static io.retrograd.oracle.Operand.X;
import static io.retrograd.oracle.Operand.Y;
import static io.retrograd.oracle.Row.call;
import static io.retrograd.oracle.Tolerance.ACCUMULATED;

import io.retrograd.DType;
import io.retrograd.nn.InterpolateOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.DoubleVector;
import org.bytedeco.pytorch.InterpolateFuncOptions;
import org.bytedeco.pytorch.InterpolateMode;
import org.bytedeco.pytorch.LongVector;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.kArea;
import org.bytedeco.pytorch.kBicubic;
import org.bytedeco.pytorch.kBilinear;
import org.bytedeco.pytorch.kLinear;
import org.bytedeco.pytorch.kNearest;
import org.bytedeco.pytorch.kNearestExact;
import org.bytedeco.pytorch.kTrilinear;

/** Padding, interpolation, samples of images, channels exchanged for places. */
final class ImageRows {
  private static final String NOTHING = "libtorch's gradients of nothing are of another shape";

  private ImageRows() {}

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    pads(rows);
    interpolations(rows);
    grids(rows);
    shuffles(rows);
    return rows;
  }

  // ---- padding ----

  private static void pads(List<Row> rows) {
    rows.add(call("F.pad", X, 1L, 2L)
        .on(in(3, 4))
        .on(in(0, 3))
        .on(in(2))
        .refuses(in())
        .sized(in(5, 33)));
    rows.add(call("F.pad(cut)", X, -1L, 2L, 1L, -2L).on(in(3, 4)).on(in(2, 2, 1, 3, 2)));
    rows.add(call("F.pad(less)", X, -1L, -1L).on(in(3, 4)).on(in(2)).refuses(in(1)));
    rows.add(call("F.pad(odd)", X, 1L).refuses(in(3, 4)));
    rows.add(
        call("F.pad(value)", X, dims(1, 2, 0, 1), "constant", 1.5).on(in(3, 4)).on(in(2, 1, 3)));
    for (int dims = 1; dims <= 3; dims++)
      for (String mode : List.of("reflect", "replicate", "circular")) {
        long[] pad = Arrays.copyOf(new long[] {1, 2, 2, 0, -1, 1}, 2 * dims);
        Row row = call("F.pad(" + mode + ", " + dims + ")", X, pad, mode)
            .theirs(x -> torch.pad(x, pad, mode, new DoubleOptional()))
            .within(ACCUMULATED)
            .on(in(sizes(dims, 2, 1, 3, 3, 4)))
            .on(in(Arrays.copyOfRange(sizes(dims, 1, 2, 2, 3, 3), 1, dims + 2)))
            .sized(in(sizes(dims, 2, 3, 2, 9, 33)))
            .refuses(in(sizes(dims, 1, 1, 1, 1, 0)));
        if (mode.equals("circular"))
          row.node("CircularPad" + dims + "DBackward0", "libtorch copies part by part");
        else row.skip("libtorch has no bools here", DType.BOOL);
        rows.add(row);
      }
    rows.add(call("F.pad(far)", X, dims(3, -3), "reflect")
        .theirs(x -> torch.pad(x, dims(3, -3), "reflect", new DoubleOptional()))
        .skip("libtorch has no bools here", DType.BOOL)
        .on(in(1, 4))
        .refuses(in(1, 3)));
    rows.add(call("F.pad(value, reflect)", X, dims(1, 1), "reflect", 1.0).refuses(in(1, 3)));
    rows.add(call("F.pad(mirror)", X, dims(1, 1), "mirror").refuses(in(1, 3)));
  }

  /** The sizes of an image whose last ones are those of its dimensions. */
  private static long[] sizes(int dims, long batch, long channels, long... last) {
    return LongStream.concat(LongStream.of(batch, channels), Arrays.stream(last).skip(3 - dims))
        .toArray();
  }

  // ---- interpolation ----

  private static final DType[] OTHERS = {
    DType.BOOL, DType.INT8, DType.INT16, DType.INT32, DType.INT64
  };

  private static void interpolations(List<Row> rows) {
    for (String mode : List.of("nearest", "nearest-exact")) {
      rows.add(interpolate(1, new Way(mode).scaled(2)));
      rows.add(interpolate(1, new Way(mode).sized(5, 2, 7)));
      rows.add(interpolate(2, new Way(mode).scaled(1.7, 0.6, 1.3)));
      rows.add(interpolate(3, new Way(mode).sized(5, 2, 7)));
    }
    rows.add(interpolate(1, new Way("area").scaled(0.7))
        .node("AdaptiveAvgPool1DBackward0", "libtorch pools two dimensions, of which one is 1"));
    rows.add(interpolate(2, new Way("area").sized(1, 2, 3)));
    rows.add(interpolate(3, new Way("area").sized(1, 5, 3)));
    linear(rows, 1, "linear", UNEQUAL, AGAIN, NARROW);
    linear(rows, 2, "bilinear", TWICE, UNEQUAL, AGAIN, WIDE, NARROW);
    linear(rows, 3, "trilinear", UNEQUAL, NARROW);
    linear(rows, 2, "bicubic", TWICE, UNEQUAL, AGAIN, WIDE, NARROW);
    for (String mode : List.of("bilinear", "bicubic")) {
      rows.add(interpolate(2, new Way(mode).sized(1, 2, 3).smooth()));
      rows.add(interpolate(2, new Way(mode).scaled(1, 0.4, 1.6).smooth()));
      rows.add(interpolate(2, new Way(mode).sized(1, 2, 7).aligned(true).smooth()));
    }
  }

  private static final UnaryOperator<Way> TWICE = w -> w.scaled(2),
      UNEQUAL = w -> w.scaled(1.7, 0.6, 1.3),
      AGAIN = w -> w.scaled(1.7, 0.6, 1.3).again(),
      WIDE = w -> w.scaled(2.5).aligned(true),
      NARROW = w -> w.sized(1, 4, 3).aligned(true);

  @SafeVarargs
  private static void linear(List<Row> rows, int dims, String mode, UnaryOperator<Way>... ways) {
    for (UnaryOperator<Way> way : ways) rows.add(interpolate(dims, way.apply(new Way(mode))));
  }

  /** What both libraries get. */
  private static final class Way {
    private final String mode;
    private long[] size;
    private double[] scale;
    private Boolean aligned;
    private boolean again, smooth;

    Way(String mode) {
      this.mode = mode;
    }

    Way sized(long... size) {
      this.size = size;
      return this;
    }

    Way scaled(double... scale) {
      this.scale = scale;
      return this;
    }

    Way aligned(boolean aligned) {
      this.aligned = aligned;
      return this;
    }

    Way again() {
      again = true;
      return this;
    }

    Way smooth() {
      smooth = true;
      return this;
    }

    /** Of numbers for three dimensions, those for the last. */
    private Way forDims(int dims) {
      if (size != null) size = Arrays.copyOfRange(size, 3 - dims, 3);
      if (scale != null && scale.length == 3) scale = Arrays.copyOfRange(scale, 3 - dims, 3);
      return this;
    }

    private InterpolateOptions ours() {
      InterpolateOptions o =
          size != null ? InterpolateOptions.size(size) : InterpolateOptions.scaleFactor(scale);
      o = o.withMode(mode).withRecomputeScaleFactor(again).withAntialias(smooth);
      return aligned == null ? o : o.withAlignCorners(aligned);
    }

    private Tensor theirs(Tensor x) {
      InterpolateFuncOptions o = new InterpolateFuncOptions();
      if (size != null) o.size().put(new LongVector(size));
      if (scale != null) {
        double[] each = scale.clone();
        if (each.length == 1)
          each = DoubleStream.generate(() -> scale[0]).limit(x.dim() - 2).toArray();
        o.scale_factor().put(new DoubleVector(each));
      }
      InterpolateMode m = o.mode();
      switch (mode) {
        case "nearest" -> m.put(new kNearest());
        case "nearest-exact" -> m.put(new kNearestExact());
        case "area" -> m.put(new kArea());
        case "linear" -> m.put(new kLinear());
        case "bilinear" -> m.put(new kBilinear());
        case "bicubic" -> m.put(new kBicubic());
        default -> m.put(new kTrilinear());
      }
      if (!List.of("nearest", "area").contains(mode))
        o.align_corners().put(aligned != null && aligned);
      if (scale != null) o.recompute_scale_factor().put(again);
      o.antialias().put(smooth);
      return torch.interpolate(x, o);
    }

    @Override
    public String toString() {
      return mode + Arrays.toString(size) + Arrays.toString(scale) + aligned + again + smooth;
    }
  }

  private static Row interpolate(int dims, Way way) {
    way.forDims(dims);
    Row row = call("F.interpolate(" + dims + " " + way + ")", X, way.ours())
        .theirs(x -> way.theirs(x))
        .skip("libtorch's dtypes are floating ones and uint8", OTHERS)
        .within(ACCUMULATED)
        .on(in(sizes(dims, 2, 1, 2, 3, 4)))
        .sized(in(sizes(dims, 2, 3, 2, 9, 33)));
    if (way.mode.startsWith("nearest")) return row.on(in(sizes(dims, 1, 2, 2, 4, 4)));
    if (dims == 2 && !way.mode.equals("area"))
      row.skip("libtorch rounds numbers of uint8, by weights of its own", DType.UINT8);
    return row.unfilled("libtorch multiplies by one weight after the other", Edges.Fill.LARGEST);
  }

  // ---- samples ----

  private static void grids(List<Row> rows) {
    rows.add(call("F.affineGrid", X, dims(2, 1, 3, 4))
        .theirs(x -> torch.affine_grid_generator(x, dims(2, 1, 3, 4), false))
        .skip("libtorch has matrices of integers", BinaryRows.INTEGERS)
        .within(ACCUMULATED)
        .on(in(2, 2, 3))
        .refuses(in(2, 3, 4))
        .refuses(in(1, 2, 3)));
    rows.add(call("F.affineGrid(aligned)", X, dims(1, 1, 2, 1, 3), true)
        .skip("libtorch has matrices of integers", BinaryRows.INTEGERS)
        .within(ACCUMULATED)
        .on(in(1, 3, 4)));
    rows.add(call("F.affineGrid(zero)", X, dims(1, 1, 0, 3), true).refuses(in(1, 2, 3)));
    rows.add(sampled(call("F.gridSample", X, Y), 0, 0, false));
    rows.add(sampled(call("F.gridSample(nearest)", X, Y, "nearest"), 1, 0, false));
    rows.add(sampled(call("F.gridSample(border)", X, Y, "nearest", "border"), 1, 1, false));
    String[] modes = {"bilinear", "nearest", "bicubic"},
        paddings = {"zeros", "border", "reflection"};
    for (int m = 0; m < 3; m++)
      for (int p = 0; p < 3; p++)
        for (boolean aligned : m == 0 ? new boolean[] {false, true} : new boolean[] {p == 1}) {
          String name = modes[m] + ", " + paddings[p] + ", " + aligned;
          rows.add(sampled(
              call("F.gridSample(" + name + ")", X, Y, modes[m], paddings[p], aligned),
              m,
              p,
              aligned));
        }
  }

  private static Row sampled(Row row, long mode, long padding, boolean aligned) {
    row.theirs((x, g) -> torch.grid_sampler(x, g, mode, padding, aligned))
        .within(ACCUMULATED)
        .skip(Aspect.GRADCHECK, "there is no second derivative, in libtorch neither")
        .unfilled(
            "libtorch leaves its memory at such coordinates",
            Edges.Fill.NAN,
            Edges.Fill.INFINITE,
            Edges.Fill.NEGATIVE_INFINITE,
            Edges.Fill.ALL_NAN,
            Edges.Fill.ALL_INFINITE,
            Edges.Fill.LARGEST)
        .on(in(2, 2, 3, 4), between(-1.6, 1.6, 2, 3, 2, 2))
        .sized(in(2, 3, 9, 7), between(-4, 4, 2, 33, 3, 2))
        .refuses(in(2, 2, 3, 4), in(1, 3, 2, 2))
        .refuses(in(2, 2, 3, 4), in(2, 3, 2, 3));
    return mode == 2 ? row : row.on(in(1, 2, 2, 3, 2), between(-1.6, 1.6, 1, 1, 3, 2, 3));
  }

  // ---- channels and places ----

  private static void shuffles(List<Row> rows) {
    rows.add(call("F.pixelShuffle", X, 2L)
        .unsized(NOTHING)
        .on(in(1, 8, 2, 3))
        .on(in(4, 1, 2))
        .refuses(in(1, 6, 2, 3))
        .refuses(in(4, 2)));
    rows.add(call("F.pixelShuffle(0)", X, 0L).refuses(in(1, 8, 2, 3)));
    rows.add(call("F.pixelUnshuffle", X, 2L)
        .unsized(NOTHING)
        .on(in(1, 2, 2, 4))
        .on(in(1, 4, 2))
        .refuses(in(1, 1, 3, 4))
        .refuses(in(1, 1, 4, 3)));
    rows.add(call("F.channelShuffle", X, 2L)
        .unsized(NOTHING)
        .on(in(1, 6, 2, 3))
        .on(in(2, 4, 3))
        .refuses(in(1, 5, 2, 3))
        .refuses(in(4, 4)));
  }
}
