package io.retrograd.oracle;

import static io.retrograd.Retrograd.fromArray;

import io.retrograd.Device;
import io.retrograd.Index;
import io.retrograd.Retrograd;
import io.retrograd.Scope;
import io.retrograd.Tensor;
import io.retrograd.autograd.Autograd;
import io.retrograd.autograd.GradOptions;
import io.retrograd.autograd.Node;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The library under test, on the default device or on the CPU. */
final class Retro implements Library<Tensor> {
  static final Retro LIB = new Retro(Retrograd.getDefaultDevice());
  static final Retro CPU = new Retro(Device.CPU);

  private final Device device;

  static {
    Retrograd.setNumThreads(1);
  }

  private Retro(Device device) {
    this.device = device;
  }

  @Override
  public Tensor make(Nd v) {
    if (v.shape().length == 0) return dense(v, 1).reshape();
    return dense(v, v.shape());
  }

  private static Tensor dense(Nd v, long... shape) {
    return v.isFloating()
        ? fromArray(v.dtype(), v.data(), shape)
        : fromArray(v.dtype(), v.longs(), shape);
  }

  @Override
  public Nd read(Tensor x) {
    return new Nd(x.dtype(), x.shape(), x.toDoubleArray());
  }

  @Override
  public List<Tensor> tensors(Object result) {
    if (result instanceof Tensor t) return List.of(t);
    if (result instanceof Record several) return components(several);
    if (result instanceof List<?> list)
      return list.stream().map(Tensor.class::cast).toList();
    if (result instanceof Boolean b) return List.of(make(Nd.scalar(b ? 1 : 0)));
    if (result instanceof Number n) return List.of(make(Nd.scalar(n.doubleValue())));
    throw new IllegalArgumentException("unexpected result " + result.getClass());
  }

  private static List<Tensor> components(Record several) {
    List<Tensor> out = new ArrayList<>();
    try {
      for (RecordComponent c : several.getClass().getRecordComponents())
        out.add((Tensor) c.getAccessor().invoke(several));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
    return out;
  }

  @Override
  public Tensor requireGrad(Tensor x) {
    return x.requiresGrad_(true);
  }

  @Override
  public boolean requiresGrad(Tensor x) {
    return x.requiresGrad();
  }

  @Override
  public List<Tensor> grad(
      List<Tensor> outputs, List<Tensor> inputs, List<Tensor> gradients, boolean createGraph) {
    GradOptions how = createGraph ? GradOptions.createGraph() : GradOptions.retainGraph();
    how = how.allowUnused().gradOutputs(gradients.toArray(Tensor[]::new));
    return new ArrayList<>(Autograd.grad(outputs, inputs, how));
  }

  @Override
  public String gradFn(Tensor x) {
    Node node = x.gradFn();
    return node == null ? null : node.name();
  }

  @Override
  public long version(Tensor x) {
    return x.version();
  }

  @Override
  public boolean sharesMemory(Tensor a, Tensor b) {
    return a.sharesStorage(b);
  }

  @Override
  public long[] strides(Tensor x) {
    return x.stride();
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
    Index[] at = new Index[(int) dim + 1];
    Arrays.fill(at, Index.all());
    at[(int) dim] = Index.slice(start, end, step);
    return x.get(at);
  }

  @Override
  public Tensor expand(Tensor x, long... shape) {
    return x.expand(shape);
  }

  @Override
  public void synchronize() {
    device.synchronize();
  }

  @Override
  public AutoCloseable scope() {
    Device before = Retrograd.getDefaultDevice();
    Retrograd.setDefaultDevice(device);
    Scope scope = Scope.open();
    return () -> {
      scope.close();
      Retrograd.setDefaultDevice(before);
    };
  }
}
