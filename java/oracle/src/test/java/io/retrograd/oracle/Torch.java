package io.retrograd.oracle;

import io.retrograd.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Node;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** libtorch, and short names for what its Java signatures want. */
final class Torch implements Library<Tensor> {
  static final Torch LIB = new Torch();

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

  static TensorVector list(Tensor... tensors) {
    return new TensorVector(tensors);
  }

  static torch.ScalarType type(DType dtype) {
    return switch (dtype) {
      case BOOL -> torch.ScalarType.Bool;
      case UINT8 -> torch.ScalarType.Byte;
      case INT8 -> torch.ScalarType.Char;
      case INT16 -> torch.ScalarType.Short;
      case INT32 -> torch.ScalarType.Int;
      case INT64 -> torch.ScalarType.Long;
      case FLOAT32 -> torch.ScalarType.Float;
      case FLOAT64 -> torch.ScalarType.Double;
    };
  }

  @Override
  public Tensor make(Nd v) {
    Tensor t = torch.empty(v.shape(), new TensorOptions(type(v.dtype())), new MemoryFormatOptional());
    if (v.data().length == 0) return t;
    switch (v.dtype()) {
      case BOOL -> {
        for (int i = 0; i < v.data().length; i++) t.data_ptr_bool().put(i, v.data()[i] != 0);
      }
      case UINT8 -> t.data_ptr_byte().put(v.bytes());
      case INT8 -> t.data_ptr_char().put(v.bytes());
      case INT16 -> t.data_ptr_short().put(v.shorts());
      case INT32 -> t.data_ptr_int().put(v.ints());
      case INT64 -> t.data_ptr_long().put(v.longs());
      case FLOAT32 -> t.data_ptr_float().put(v.floats());
      case FLOAT64 -> t.data_ptr_double().put(v.data());
    }
    return t;
  }

  @Override
  public Nd read(Tensor x) {
    torch.ScalarType type = x.scalar_type().intern();
    DType dtype =
        Arrays.stream(DType.values())
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
    if (result instanceof T_TensorTensor_T p) return List.of(p.get0(), p.get1());
    if (result instanceof Boolean b) return List.of(make(Nd.scalar(b ? 1 : 0)));
    if (result instanceof Number n) return List.of(make(Nd.scalar(n.doubleValue())));
    throw new IllegalArgumentException("unexpected result " + result.getClass());
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
    TensorVector result =
        torch.grad(vector(outputs), vector(inputs), vector(gradients), new BoolOptional(true), createGraph, true);
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
    return node == null || node.isNull() ? null : node.name().getString().replaceFirst("^torch::autograd::", "");
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
