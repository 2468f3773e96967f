package io.retrograd.oracle;

import io.retrograd.DType;
import io.retrograd.Tensor;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;

/**
 * One public operation and all that the table needs to test it. {@link Aspect} says what each row buys.
 *
 * <p>Its name is the method's, as {@link Call#nameOf} gives it, and a note in brackets where an operation has several
 * rows. {@link #call} finds both libraries' functions and their forms in place by it; {@link #theirs} is for those that
 * libtorch calls by another name or with other arguments, and {@link #op} for what no method does by itself. A call
 * names the sample's tensors, the receiver apart, in the places where they stand:
 *
 * <pre>
 *   call("tanh").onEach(-2, 2).within(ELEMENTARY)            x.tanh(), x.tanh_(); torch.tanh(x), torch.tanh_(x)
 *   call("gather", 1, Y).on(in(3, 4), index(4, 3, 5))        x.gather(1, y); torch.gather(x, 1, y)
 *   call("F.linear(null)", X, Y, null)                       F.linear(x, y, null); torch.linear(x, y, {})
 *   call("max(dim)", 1).on(distinct(3, 4))                   several results: each is compared, and its gradient
 * </pre>
 */
final class Row {
  /** An operation on any number of tensors, giving a tensor, several of them, or a number. */
  @FunctionalInterface
  interface Op<T> {
    Object apply(List<T> arguments);
  }

  @FunctionalInterface
  interface F1<T> {
    Object apply(T a);

    default Op<T> op() {
      return operands -> apply(operands.get(0));
    }
  }

  @FunctionalInterface
  interface F2<T> {
    Object apply(T a, T b);

    default Op<T> op() {
      return operands -> apply(operands.get(0), operands.get(1));
    }
  }

  @FunctionalInterface
  interface F3<T> {
    Object apply(T a, T b, T c);

    default Op<T> op() {
      return operands -> apply(operands.get(0), operands.get(1), operands.get(2));
    }
  }

  /** The same operation in both libraries. */
  record Pair(Op<Tensor> ours, Op<org.bytedeco.pytorch.Tensor> theirs) {
    @SuppressWarnings("unchecked")
    <T> Op<T> in(Library<T> lib) {
      return (Op<T>) (lib instanceof Torch ? theirs : ours);
    }
  }

  final String name;
  Pair op;
  final List<List<In>> samples = new ArrayList<>();
  final List<List<In>> sized = new ArrayList<>();
  final List<List<In>> bad = new ArrayList<>();
  final Map<Aspect, String> skipped = new EnumMap<>(Aspect.class);
  final Map<Set<DType>, String> typesSkipped = new LinkedHashMap<>();
  Tolerance tolerance = Tolerance.EXACT;
  Pair inPlace;
  /** The method that the operation is, and its form in place; empty where no single method is tested. */
  final List<Method> methods = new ArrayList<>();

  private boolean writes;
  double[] specials = {};
  boolean promotes;
  boolean moves;
  String node;
  String says;
  Set<Layout> layouts = EnumSet.allOf(Layout.class);
  boolean unwatched;
  boolean elementwise;
  double[] ends = {};
  In big;
  final List<Edges.Exception> exceptions = new ArrayList<>();
  final Map<Edges.Fill, String> unfilled = new EnumMap<>(Edges.Fill.class);
  String unsized;

  private Row(String name, Pair op) {
    this.name = name;
    this.op = op;
    says = method();
  }

  /**
   * A method of our facade, called with these arguments, and libtorch's function of that name; in place, too, where
   * there is such a method.
   */
  static Row call(String name, Object... arguments) {
    Call call = Call.of(methodOf(name), arguments), inPlace = call.inPlace();
    Row row = new Row(name, new Pair(call, TorchCall.like(call)));
    row.methods.add(call.method());
    if (inPlace == null) return row;
    row.methods.add(inPlace.method());
    row.inPlace = new Pair(inPlace, TorchCall.like(inPlace));
    return row;
  }

  /** A method that writes into its tensor: in place as it is, otherwise into a copy. */
  static Row write(String name, Object... arguments) {
    Call call = Call.of(methodOf(name), arguments);
    Row row = new Row(name, null).written(call, TorchCall.like(call));
    row.methods.add(call.method());
    row.writes = true;
    return row;
  }

  private Row written(Op<Tensor> ours, Op<org.bytedeco.pytorch.Tensor> theirs) {
    inPlace = new Pair(ours, theirs);
    op = new Pair(
        a -> ours.apply(firstCopied(a, Retro.LIB)), a -> theirs.apply(firstCopied(a, Torch.LIB)));
    return this;
  }

  private static <T> List<T> firstCopied(List<T> operands, Library<T> lib) {
    List<T> out = new ArrayList<>(operands);
    out.set(0, lib.clone(out.get(0)));
    return out;
  }

  /** What libtorch has instead of a function of that name with those arguments. */
  Row theirs(F1<org.bytedeco.pytorch.Tensor> theirs) {
    return libtorch(theirs.op());
  }

  Row theirs(F2<org.bytedeco.pytorch.Tensor> theirs) {
    return libtorch(theirs.op());
  }

  Row theirs(F3<org.bytedeco.pytorch.Tensor> theirs) {
    return libtorch(theirs.op());
  }

  /** The same of all operands of a sample, however many. */
  Row theirsOfAll(Op<org.bytedeco.pytorch.Tensor> theirs) {
    return libtorch(theirs);
  }

  private Row libtorch(Op<org.bytedeco.pytorch.Tensor> theirs) {
    if (writes) return written(inPlace.ours, theirs);
    op = new Pair(op.ours, theirs);
    return this;
  }

  /** The same of the form in place. */
  Row theirsInPlace(F1<org.bytedeco.pytorch.Tensor> theirs) {
    inPlace = new Pair(inPlace.ours, theirs.op());
    return this;
  }

  Row theirsInPlace(F2<org.bytedeco.pytorch.Tensor> theirs) {
    inPlace = new Pair(inPlace.ours, theirs.op());
    return this;
  }

  Row theirsInPlace(F3<org.bytedeco.pytorch.Tensor> theirs) {
    inPlace = new Pair(inPlace.ours, theirs.op());
    return this;
  }

  /** The method that has the name of the form in place is something else, and what. */
  Row notInPlace(String reason) {
    needed(reason);
    methods.remove(1);
    inPlace = null;
    return this;
  }

  /** Our method is called with these of the sample's tensors. */
  Row with(UnaryOperator<List<Tensor>> made) {
    Op<Tensor> ours = op.ours;
    op = new Pair(a -> ours.apply(made.apply(a)), op.theirs);
    return this;
  }

  /** What is compared is this of our result. */
  Row through(UnaryOperator<Tensor> seen) {
    Op<Tensor> ours = op.ours;
    op = new Pair(a -> seen.apply((Tensor) ours.apply(a)), op.theirs);
    return this;
  }

  /** What no method does by itself. */
  static Row op(String name, F1<Tensor> ours, F1<org.bytedeco.pytorch.Tensor> theirs) {
    return new Row(name, new Pair(ours.op(), theirs.op()));
  }

  static Row op(String name, F2<Tensor> ours, F2<org.bytedeco.pytorch.Tensor> theirs) {
    return new Row(name, new Pair(ours.op(), theirs.op()));
  }

  /** A sample of arguments. */
  Row on(In... arguments) {
    samples.add(List.of(arguments));
    return this;
  }

  /** A sample for values and first gradients alone: too large for differences, of sizes that kernels find awkward. */
  Row sized(In... arguments) {
    sized.add(List.of(arguments));
    return this;
  }

  /** Samples of awkward sizes: those stated, and for operations element by element all that there are. */
  List<List<In>> sizes() {
    if (!sized.isEmpty() || specials.length == 0) return sized;
    return LongStream.of(1, 31, 33, 1025)
        .mapToObj(n -> samples.get(0).stream().map(in -> in.withShape(n)).toList())
        .toList();
  }

  /** A function of one tensor, element by element: a matrix, a 0-d tensor and one without elements. */
  Row onEach(double low, double high) {
    return elementwise()
        .on(In.between(low, high, 3, 4))
        .on(In.between(low, high))
        .on(In.between(low, high, 0, 3));
  }

  /** A function of two tensors, element by element: shapes equal, broadcast both ways, 0-d, without elements. */
  Row onPairs(In a, In b) {
    for (long[][] s : new long[][][] {
      {{3, 4}, {3, 4}}, {{3, 1}, {2, 1, 4}}, {{}, {3}}, {{2, 3}, {}}, {{}, {}}, {{0, 3}, {3}}
    }) on(a.withShape(s[0]), b.withShape(s[1]));
    return elementwise();
  }

  /** Arguments that both libraries refuse, ours with a message that names the operation. */
  Row refuses(In... arguments) {
    bad.add(List.of(arguments));
    return this;
  }

  Row within(Tolerance t) {
    tolerance = t;
    return this;
  }

  /** Element by element: the results for these values must be right too, bit for bit where they are not finite. */
  Row specials(double... values) {
    specials = values;
    return this;
  }

  /** What elements give depends on those in their place alone, for tensors of one shape. */
  Row elementwise() {
    elementwise = true;
    return this;
  }

  /** Where the domain of an operation element by element ends, or its derivative jumps, besides 0, 1 and -1. */
  Row ends(double... points) {
    ends = points;
    return this;
  }

  /** A tensor of about ten million elements, of numbers from a range. */
  Row big(In in) {
    big = in;
    return this;
  }

  /** Gradients are not libtorch's where elements are such, and why. */
  Row gradientsDiffer(String reason, Edges.Where where) {
    return gradientsDiffer(reason, (dtype, x) -> where.holds(x));
  }

  Row gradientsDiffer(String reason, Edges.TypedWhere where) {
    return except(reason, Edges.Exception.GRADIENTS, where);
  }

  /** The same for the gradient of one argument, of some dtypes where any are given. */
  Row gradientDiffers(int argument, String reason, Edges.Where where, DType... dtypes) {
    return except(reason, argument, of(where, dtypes));
  }

  /** Second gradients are not libtorch's where elements are such, of some dtypes where any are given; and why. */
  Row secondDiffers(String reason, Edges.Where where, DType... dtypes) {
    return except(reason, Edges.Exception.SECOND, of(where, dtypes));
  }

  Row secondDiffers(String reason, Edges.TypedWhere where) {
    return except(reason, Edges.Exception.SECOND, where);
  }

  /** Of libtorch's second gradients some are NaN where elements are such, ours are numbers; and why. */
  Row secondIsNumber(String reason, Edges.Where where, DType... dtypes) {
    return except(reason, Edges.Exception.SECOND_NAN, of(where, dtypes));
  }

  /** Neither values nor gradients are libtorch's where elements are such, of some dtypes if any are given; and why. */
  Row differs(String reason, Edges.Where where, DType... dtypes) {
    return differs(reason, of(where, dtypes));
  }

  Row differs(String reason, Edges.TypedWhere where) {
    return except(reason, Edges.Exception.ALL, where);
  }

  private Row except(String reason, int argument, Edges.TypedWhere where) {
    exceptions.add(new Edges.Exception(needed(reason), argument, where));
    return this;
  }

  private static Edges.TypedWhere of(Edges.Where where, DType... dtypes) {
    Set<DType> some = dtypes.length == 0 ? EnumSet.allOf(DType.class) : Set.of(dtypes);
    return (dtype, x) -> some.contains(dtype) && where.holds(x);
  }

  /** Tensors filled with such numbers give something else in libtorch, and why. */
  Row unfilled(String reason, Edges.Fill... fills) {
    for (Edges.Fill fill : fills) unfilled.put(fill, needed(reason));
    return this;
  }

  /** The operation wants the sizes of its samples, and why. */
  Row unsized(String reason) {
    unsized = needed(reason);
    return this;
  }

  private static String needed(String reason) {
    if (reason.isBlank()) throw new IllegalArgumentException("a reason is needed");
    return reason;
  }

  /** Takes operands of different dtypes. */
  Row promotes() {
    promotes = true;
    return this;
  }

  /** Refuses numbers on the CPU alone, and why: NaN comes of them elsewhere. */
  Row unwatched(String reason) {
    needed(reason);
    unwatched = true;
    return this;
  }

  /** To another device: whether the result is a view depends on where the argument is. */
  Row moves() {
    moves = true;
    return this;
  }

  /** For an operation of {@link #op}. */
  Row inPlace(F1<Tensor> ours, F1<org.bytedeco.pytorch.Tensor> theirs) {
    inPlace = new Pair(ours.op(), theirs.op());
    return this;
  }

  Row inPlace(F2<Tensor> ours, F2<org.bytedeco.pytorch.Tensor> theirs) {
    inPlace = new Pair(ours.op(), theirs.op());
    return this;
  }

  /** The node's name where it is not libtorch's, and why. */
  Row node(String name, String reason) {
    node = name;
    needed(reason);
    return this;
  }

  /** The operation that errors name, where this one is another operation's short form. */
  Row says(String operation) {
    says = operation;
    return this;
  }

  /** The only layouts for which we agree with libtorch, and why. */
  Row only(String reason, Layout... admitted) {
    needed(reason);
    layouts = EnumSet.copyOf(List.of(admitted));
    return this;
  }

  Row skip(Aspect aspect, String reason) {
    skipped.put(aspect, reason);
    return this;
  }

  /** Dtypes for which we differ from libtorch, and why. */
  Row skip(String reason, DType... types) {
    typesSkipped.put(EnumSet.copyOf(List.of(types)), reason);
    return this;
  }

  boolean skips(DType type) {
    return typesSkipped.keySet().stream().anyMatch(s -> s.contains(type));
  }

  /** The operation's own name: {@code add} of {@code add(alpha)}, {@code relu} of {@code F.relu}. */
  String method() {
    return qualifiedMethod().replaceFirst(".*\\.", "");
  }

  String qualifiedMethod() {
    return methodOf(name);
  }

  private static String methodOf(String name) {
    return name.replaceFirst("[(\\[ ].*", "");
  }

  @Override
  public String toString() {
    return name;
  }
}
