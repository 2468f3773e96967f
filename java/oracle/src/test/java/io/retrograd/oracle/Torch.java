package io.retrograd.oracle;

import io.retrograd.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Node;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** libtorch, and short names for what its Java signatures want. */
final class Torch implements Library<Tensor> {
  static final Torch LIB = new Torch();

  private static final Map<DType, torch.ScalarType> TYPES = new EnumMap<>(DType.class);

  static {
    torch.set_num_threads(1);
  }

  private Torch() {}

  static Scalar s(double v) {
    return new Scalar(v);
  }

  static Scalar s(long v) {
    return new Scalar(v);
  }

  static Scalar s(Number v) {
    return v instanceof Long n ? s((long) n) : s(v.doubleValue());
  }

  static Scalar s(boolean v) {
    return torch
        .full(new long[0], new Scalar(v ? 1L : 0L), new TensorOptions(torch.ScalarType.Bool))
        .item();
  }

  static TensorVector list(Tensor... tensors) {
    return new TensorVector(tensors);
  }

  /** The type that libtorch calls by the same name. */
  static torch.ScalarType type(DType dtype) {
    return TYPES.computeIfAbsent(
        dtype,
        d -> Arrays.stream(torch.ScalarType.values())
            .filter(t -> torch.getDtypeNames(t).first().getString().equals(d.toString()))
            .findFirst()
            .orElseThrow(() -> new AssertionError("libtorch has no type " + d)));
  }

  /** Integers and doubles are written as such, then converted. */
  @Override
  public Tensor make(Nd v) {
    torch.ScalarType wide = v.isFloating() ? torch.ScalarType.Double : torch.ScalarType.Long;
    Tensor t = torch.empty(v.shape(), new TensorOptions(wide), new MemoryFormatOptional());
    if (v.data().length > 0 && v.isFloating()) t.data_ptr_double().put(v.data());
    if (v.data().length > 0 && !v.isFloating()) t.data_ptr_long().put(v.longs());
    return t.to(type(v.dtype()));
  }

  @Override
  public Nd read(Tensor x) {
    torch.ScalarType type = x.scalar_type().intern();
    DType dtype = Arrays.stream(DType.values())
        .filter(d -> type(d) == type)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("libtorch gave " + type));
    double[] data = new double[(int) x.numel()];
    if (data.length > 0 && !x._is_zerotensor())
      x.detach().to(torch.ScalarType.Double).contiguous().data_ptr_double().get(data);
    return new Nd(dtype, x.shape(), data);
  }

  @Override
  public List<Tensor> tensors(Object result) {
    if (result instanceof Tensor t) return List.of(t);
    if (result instanceof TensorVector v) return List.of(v.get());
    if (result.getClass().getSimpleName().matches("T_(Tensor)+_T")) return components(result);
    if (result instanceof Boolean b) return List.of(make(Nd.scalar(b ? 1 : 0)));
    if (result instanceof Number n) return List.of(make(Nd.scalar(n.doubleValue())));
    throw new IllegalArgumentException("unexpected result " + result.getClass());
  }

  /** Of a tuple of tensors. */
  private static List<Tensor> components(Object tuple) {
    List<Tensor> out = new ArrayList<>();
    int size = tuple.getClass().getSimpleName().split("Tensor", -1).length - 1;
    try {
      for (int i = 0; i < size; i++)
        out.add((Tensor) tuple.getClass().getMethod("get" + i).invoke(tuple));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
    return out;
  }

  @Override
  public Tensor requireGrad(Tensor x) {
    return x.set_requires_grad(true);
  }

  @Override
  public boolean requiresGrad(Tensor x) {
    return x.requires_grad();
  }

  @Override
  public List<Tensor> grad(
      List<Tensor> outputs, List<Tensor> inputs, List<Tensor> gradients, boolean createGraph) {
    TensorVector result = torch.grad(
        vector(outputs),
        vector(inputs),
        vector(gradients),
        new BoolOptional(true),
        createGraph,
        true);
    List<Tensor> list = new ArrayList<>();
    for (Tensor t : result.get()) list.add(t.defined() ? t : null);
    return list;
  }

  private static TensorVector vector(List<Tensor> list) {
    return new TensorVector(list.toArray(Tensor[]::new));
  }

  @Override
  public String gradFn(Tensor x) {
    Node node = x.grad_fn();
    return node == null || node.isNull()
        ? null
        : node.name().getString().replaceFirst("^torch::autograd::", "");
  }

  @Override
  public long version(Tensor x) {
    return x._version();
  }

  @Override
  public boolean sharesMemory(Tensor a, Tensor b) {
    return a.is_alias_of(b);
  }

  @Override
  public long[] strides(Tensor x) {
    long[] out = new long[(int) x.dim()];
    for (int i = 0; i < out.length; i++) out[i] = x.stride(i);
    return out;
  }

  @Override
  public Tensor clone(Tensor x) {
    return x.clone();
  }

  @Override
  public Tensor permute(Tensor x, long... order) {
    return x.permute(order);
  }

  @Override
  public Tensor slice(Tensor x, long dim, long start, long end, long step) {
    return torch.slice(x, dim, new LongOptional(start), new LongOptional(end), step);
  }

  @Override
  public Tensor expand(Tensor x, long... shape) {
    return x.expand(shape);
  }

  @Override
  public AutoCloseable scope() {
    return new PointerScope();
  }
}
