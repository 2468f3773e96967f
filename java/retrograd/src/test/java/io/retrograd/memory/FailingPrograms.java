package io.retrograd.memory;

import static io.retrograd.DType.BOOL;
import static io.retrograd.DType.FLOAT64;
import static io.retrograd.DType.INT32;
import static io.retrograd.DType.INT64;
import static io.retrograd.Retrograd.arange;
import static io.retrograd.Retrograd.cat;
import static io.retrograd.Retrograd.eye;
import static io.retrograd.Retrograd.fromArray;
import static io.retrograd.Retrograd.full;
import static io.retrograd.Retrograd.linspace;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.options;
import static io.retrograd.Retrograd.rand;
import static io.retrograd.Retrograd.randn;
import static io.retrograd.Retrograd.stack;
import static io.retrograd.Retrograd.tensor;
import static io.retrograd.Retrograd.where;
import static io.retrograd.Retrograd.zeros;

import io.retrograd.BackwardOptions;
import io.retrograd.Index;
import io.retrograd.Memory;
import io.retrograd.Retrograd;
import io.retrograd.RetrogradException;
import io.retrograd.Scope;
import io.retrograd.Tensor;
import io.retrograd.autograd.Autograd;
import io.retrograd.autograd.Context;
import io.retrograd.autograd.Function;
import io.retrograd.autograd.GradOptions;
import io.retrograd.autograd.Node;
import io.retrograd.nn.F;
import io.retrograd.nn.Linear;
import io.retrograd.nn.ReLU;
import io.retrograd.nn.Sequential;
import io.retrograd.optim.Adam;
import io.retrograd.optim.SGD;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** What {@link FailingMemory} runs: small programs, each of which always gives the same. */
final class FailingPrograms {
  /**
   * A program.
   *
   * @param name what it does
   * @param body gives a tensor or something with a useful {@code equals}
   */
  record Program(String name, Supplier<Object> body) {}

  static final List<Program> ALL = List.of(
      new Program("create", FailingPrograms::create),
      new Program("elements", FailingPrograms::elements),
      new Program("pointwise", FailingPrograms::pointwise),
      new Program("pointwise backward", FailingPrograms::pointwiseBackward),
      new Program("reductions", FailingPrograms::reductions),
      new Program("reductions backward", FailingPrograms::reductionsBackward),
      new Program("products", FailingPrograms::products),
      new Program("large", FailingPrograms::large),
      new Program("views", FailingPrograms::views),
      new Program("views backward", FailingPrograms::viewsBackward),
      new Program("eight dimensions", FailingPrograms::eightDimensions),
      new Program("indices", FailingPrograms::indices),
      new Program("indices backward", FailingPrograms::indicesBackward),
      new Program("in place", FailingPrograms::inPlace),
      new Program("in place on views", FailingPrograms::inPlaceOnViews),
      new Program("backward twice", FailingPrograms::backwardTwice),
      new Program("createGraph", FailingPrograms::createGraph),
      new Program("hooks", FailingPrograms::hooks),
      new Program("retained gradients", FailingPrograms::retainedGradients),
      new Program("functions", FailingPrograms::functions),
      new Program("functions that throw", FailingPrograms::functionsThatThrow),
      new Program("nested passes", FailingPrograms::nestedPasses),
      new Program("jacobian", FailingPrograms::jacobian),
      new Program("losses", FailingPrograms::losses),
      new Program("network", FailingPrograms::network),
      new Program("optimizers", FailingPrograms::optimizers),
      new Program("scopes", FailingPrograms::scopes),
      new Program("many tensors", FailingPrograms::manyTensors),
      new Program("texts", FailingPrograms::texts),
      new Program("errors", FailingPrograms::errors),
      new Program("graph", FailingPrograms::graph),
      new Program("another thread", FailingPrograms::anotherThread));

  private FailingPrograms() {}

  private static Tensor leaf(long... shape) {
    return randn(shape).requiresGrad_(true);
  }

  private static List<Object> values(Tensor... tensors) {
    List<Object> values = new ArrayList<>();
    for (Tensor t : tensors) {
      values.add(t.dtype());
      values.add(Arrays.toString(t.shape()));
      values.add(Arrays.toString(
          t.dtype().isFloatingPoint() ? t.toDoubleArray() : t.to(FLOAT64).toDoubleArray()));
    }
    return values;
  }

  private static Object create() {
    return values(
        zeros(2, 3),
        ones(options(INT32), 4),
        full(new long[] {2, 2}, 1.5),
        arange(0, 10, 3),
        linspace(0, 1, 5),
        eye(3),
        rand(3),
        randn(options(FLOAT64), 2),
        Retrograd.randint(0, 9, 4),
        Retrograd.randperm(6),
        tensor(1, 2, 3),
        tensor(true, false),
        tensor(new float[][] {{1, 2}, {3, 4}}),
        Retrograd.onesLike(zeros(2)),
        ones(2).to(INT64),
        zeros(3).bernoulli_(0.5),
        zeros(3).normal_(),
        ones(2, 2).clone());
  }

  private static Object elements() {
    Tensor t = fromArray(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    FloatBuffer buffer = FloatBuffer.allocate(6);
    t.copyTo(buffer);
    return List.of(
        values(Retrograd.fromBuffer(FloatBuffer.wrap(new float[] {1, 2}), 2)),
        Arrays.toString(buffer.array()),
        t.get(1, 2).item(),
        t.sum().itemLong(),
        Arrays.toString(t.t().toIntArray()),
        t.equal(t.clone()),
        t.allclose(t.add(1)),
        Arrays.toString(t.shape()),
        Arrays.toString(t.stride()),
        t.numel());
  }

  private static Object pointwise() {
    Tensor a = rand(3, 4);
    Tensor b = rand(4);
    return values(
        a.add(b),
        a.sub(2),
        a.mul(b),
        a.div(3.0),
        a.pow(b),
        a.pow(2),
        a.rsub(1),
        a.exp(),
        a.log(),
        a.sqrt(),
        a.tanh(),
        a.sigmoid(),
        a.relu(),
        a.clamp(0.2, 0.8),
        a.maximum(b),
        a.lt(b),
        a.eq(a),
        a.to(INT64).add(1),
        a.atan2(b),
        a.addcmul(b, b),
        a.lerp(b.expandAs(a), 0.3),
        a.maskedFill(a.gt(0.5), 9),
        where(a.gt(b), a, b),
        a.to(FLOAT64).add(a),
        a.gt(0.5).logicalAnd(a.lt(0.9)),
        a.remainder(b),
        a.neg().abs().sign());
  }

  private static Object pointwiseBackward() {
    Tensor x = rand(3, 4).requiresGrad_(true);
    Tensor y = rand(4).requiresGrad_(true);
    Tensor z = x.mul(y)
        .add(x.div(y.add(1)))
        .sub(y.pow(2))
        .add(x.pow(y))
        .add(x.exp().mul(2))
        .add(x.log())
        .add(x.sqrt());
    z = z.add(x.tanh())
        .mul(x.sigmoid())
        .add(x.relu())
        .add(x.clamp(0.2, 0.8))
        .add(x.maximum(y))
        .add(x.atan2(y));
    z = z.add(x.addcmul(y, y))
        .add(x.addcdiv(y, y.add(1)))
        .add(x.lerp(y.expandAs(x), 0.3))
        .add(where(x.gt(y), x, y));
    z = z.add(x.maskedFill(x.gt(0.5), 9)).add(x.to(FLOAT64)).add(x.erf()).add(x.abs());
    z.sum().backward();
    return values(z, x.grad(), y.grad());
  }

  private static Object reductions() {
    Tensor a = rand(4, 5);
    return values(
        a.sum(),
        a.sum(1),
        a.sum(0, true),
        a.mean(),
        a.prod(0),
        a.amax(1),
        a.max(0).values(),
        a.min(1).indices(),
        a.argmax(),
        a.argmin(1),
        a.gt(0.5).all(),
        a.gt(0.5).any(1),
        a.var(1),
        a.std(),
        a.norm(),
        a.logsumexp(1),
        a.cumsum(0),
        a.softmax(1),
        a.logSoftmax(0),
        a.to(INT64).sum(),
        a.t().sum(0));
  }

  private static Object reductionsBackward() {
    Tensor x = rand(4, 5).requiresGrad_(true);
    Tensor z = x.sum()
        .add(x.mean())
        .add(x.prod())
        .add(x.amax(1).sum())
        .add(x.max(0).values().sum())
        .add(x.min());
    z = z.add(x.var(1).sum())
        .add(x.std())
        .add(x.norm())
        .add(x.logsumexp(1).sum())
        .add(x.cumsum(0).square().sum());
    z = z.add(x.softmax(1).square().sum()).add(x.logSoftmax(0).sum());
    z.backward();
    return values(z, x.grad());
  }

  private static Object products() {
    Tensor a = leaf(5, 6);
    Tensor b = leaf(6, 4);
    Tensor c = leaf(3, 4, 5);
    Tensor p = a.matmul(b);
    Tensor q = c.matmul(p);
    Tensor r = c.bmm(rand(3, 5, 2))
        .sum()
        .add(a.mv(rand(6)).dot(rand(5)))
        .add(rand(2).outer(rand(3)).sum());
    q.sum().add(r).add(rand(5, 4).addmm(a, b).sum()).backward();
    return values(p, q, r, a.grad(), b.grad(), c.grad());
  }

  /** Mapped blocks, several threads, rooms of their own for products. */
  private static Object large() {
    Tensor a = rand(300, 900).requiresGrad_(true);
    Tensor b = rand(900, 50).requiresGrad_(true);
    Tensor c = a.matmul(b).mul(1e-3).exp().softmax(1).square();
    Tensor total = c.sum().add(a.add(1).cumsum(0).mean()).add(a.t().contiguous().sum());
    total.backward();
    Tensor big = ones(900, 600).requiresGrad_(true);
    big.mul(2).add(big).sum().backward();
    return List.of(
        total.item(),
        a.grad().sum().item(),
        b.grad().sum().item(),
        big.grad().sum().item(),
        ones(1 << 19).gt(0.5).sum().itemLong(),
        a.gt(0.5).nonzero().shape()[1],
        a.detach().maskedSelect(a.gt(0.5)).dim());
  }

  private static Object views() {
    Tensor a = arange(24.0).view(2, 3, 4);
    List<Tensor> all = new ArrayList<>(a.unbind(1));
    all.addAll(a.split(2, 2));
    all.addAll(a.chunk(2));
    all.addAll(List.of(
        a.permute(2, 0, 1),
        a.transpose(0, 2),
        a.select(1, 1),
        a.narrow(2, 1, 2),
        a.view(6, 4).t(),
        a.flatten(),
        a.unsqueeze(0).squeeze(0),
        ones(3, 1).expand(3, 4),
        a.reshape(4, 6),
        a.diagonal(0, 1, 2),
        a.flip(0, 2),
        a.asStrided(new long[] {2, 2}, new long[] {3, 1}),
        a.repeat(2, 1, 1),
        a.select(0, 0).tril(),
        a.movedim(0, 2),
        cat(List.of(a, a), 1),
        stack(a, a),
        a.select(0, 1).triu(1),
        a.view(24).narrow(0, 0, 3).diag()));
    return values(all.toArray(Tensor[]::new));
  }

  private static Object viewsBackward() {
    Tensor x = leaf(2, 3, 4);
    Tensor w = rand(2, 3, 4);
    Tensor z = x.permute(2, 0, 1).mul(w.permute(2, 0, 1)).sum();
    for (Tensor t : x.unbind(1)) z = z.add(t.square().sum());
    for (Tensor t : x.split(2, 2)) z = z.add(t.exp().sum());
    z = z.add(x.select(1, 1).square().sum())
        .add(x.narrow(2, 1, 2).square().sum())
        .add(x.view(6, 4).t().square().sum());
    z = z.add(x.reshape(4, 6).tril().square().sum()).add(x.flip(0).mul(w).sum());
    z = z.add(x.diagonal(0, 1, 2).square().sum());
    z = z.add(x.asStrided(new long[] {2, 2}, new long[] {3, 1}).square().sum())
        .add(x.repeat(2, 1, 1).square().sum());
    z = z.add(cat(List.of(x, x), 1).square().sum()).add(stack(x, x).square().sum());
    z = z.add(x.unsqueeze(0).expand(5, 2, 3, 4).mul(w).sum())
        .add(x.contiguous().clone().square().sum());
    z.backward();
    return values(z, x.grad());
  }

  /** More than what shapes hold inside themselves. */
  private static Object eightDimensions() {
    Tensor x = leaf(1, 2, 1, 2, 1, 2, 1, 3);
    Tensor p = x.permute(7, 6, 5, 4, 3, 2, 1, 0);
    Tensor z = p.mul(rand(2, 1, 2, 1, 2, 1))
        .add(p.sum(0, true))
        .expand(3, 1, 2, 1, 2, 1, 2, 1)
        .tanh();
    Tensor base = x.mul(1);
    base.select(3, 1).mul_(2);
    base.narrow(7, 0, 2).exp_();
    Tensor loss = z.sum().add(base.sum()).add(x.flip(1, 3).amax(5, 7).sum());
    loss = loss.add(x.get(Index.ellipsis(), Index.at(1)).sum());
    Tensor g = Autograd.grad(loss, x, GradOptions.createGraph());
    g.square().sum().backward();
    Tensor saves =
        x.amax().add(x.prod()).add(x.var()).add(x.std()).add(x.max(7).values().sum());
    saves = saves.add(x.indexSelect(7, tensor(2, 0)).sum());
    saves.add(x.gather(7, zeros(options(INT64), 1, 2, 1, 2, 1, 2, 1, 1)).sum()).backward();
    return values(loss, g, saves, x.grad());
  }

  private static Object indices() {
    Tensor a = arange(12.0).view(3, 4);
    Tensor rows = tensor(2, 0);
    Tensor at = tensor(new long[][] {{0, 1}, {1, 0}, {2, 2}});
    Tensor written = a.clone();
    written.set(7.5, Index.at(1), Index.slice(0, 2));
    written.set(ones(4), 2);
    return values(
        a.indexSelect(0, rows),
        a.indexAdd(0, rows, ones(2, 4)),
        a.gather(1, at),
        a.scatter(1, at, ones(3, 2)),
        a.scatterAdd(1, at, ones(3, 2)),
        a.gt(5).nonzero(),
        a.maskedSelect(a.gt(5)),
        a.get(Index.at(1), Index.from(1)),
        a.get(Index.slice(0, 3, 2), Index.newAxis(), Index.at(2)),
        written,
        F.oneHot(rows, 3));
  }

  private static Object indicesBackward() {
    Tensor x = leaf(3, 4);
    Tensor rows = tensor(2, 0);
    Tensor at = tensor(new long[][] {{0, 1}, {1, 0}, {2, 2}});
    Tensor z =
        x.indexSelect(0, rows).square().sum().add(x.gather(1, at).square().sum());
    z = z.add(x.scatter(1, at, ones(3, 2)).square().sum())
        .add(x.scatterAdd(1, at, x.narrow(1, 0, 2)).square().sum());
    z = z.add(x.maskedSelect(x.gt(0)).square().sum())
        .add(x.indexAdd(0, rows, x.narrow(0, 0, 2)).square().sum());
    z = z.add(x.get(Index.at(1), Index.from(1)).exp().sum());
    z.backward();
    return values(z, x.grad());
  }

  private static Object inPlace() {
    Tensor x = rand(3, 4).requiresGrad_(true);
    Tensor w = rand(3, 4);
    Tensor y = x.mul(1);
    y.add_(w).mul_(w).sub_(0.5).div_(w.add(1)).maskedFill_(w.gt(0.5), 0.25).add_(1);
    List<Tensor> written = new ArrayList<>();
    List<UnaryOperator<Tensor>> writes = List.of(
        Tensor::tanh_,
        Tensor::exp_,
        t -> t.pow_(2),
        t -> t.clamp_(0.1, 0.7),
        t -> t.addcmul_(w, w),
        Tensor::sqrt_,
        Tensor::sigmoid_,
        t -> t.copy_(w),
        Tensor::zero_);
    for (UnaryOperator<Tensor> write : writes) written.add(write.apply(x.mul(2)).sum());
    Tensor plain = zeros(3, 4);
    plain.add_(1).fill_(2).mul_(3).copy_(w).zero_().uniform_();
    Tensor copied = zeros(3, 4);
    copied.copy_(y);
    y.sum().add(copied.square().sum()).add(stack(written).sum()).backward();
    return List.of(values(y, copied, plain, x.grad()), y.version());
  }

  private static Object inPlaceOnViews() {
    Tensor x = rand(3, 4).requiresGrad_(true);
    Tensor y = x.mul(1);
    Tensor before = y.t();
    y.select(0, 1).mul_(3);
    y.t().select(0, 0).copy_(rand(3));
    y.set(2.5, Index.at(2), Index.from(2));
    y.view(12).narrow(0, 2, 4).exp_();
    before.square().sum().add(y.sum()).backward();
    return values(y, x.grad());
  }

  private static Object backwardTwice() {
    Tensor x = leaf(3);
    Tensor y = x.tanh().mul(x).sum();
    y.backward(BackwardOptions.retainGraph());
    y.backward(BackwardOptions.defaults().gradient(tensor(2.0)).inputs(x));
    Tensor other = leaf(3);
    List<Tensor> both = Autograd.grad(
        List.of(x.mul(other).sum(), x.sum()), List.of(x, other), GradOptions.defaults());
    return List.of(values(x.grad()), values(both.toArray(Tensor[]::new)));
  }

  private static Object createGraph() {
    Tensor x = rand(3).requiresGrad_(true);
    Tensor y = x.tanh().mul(x.exp()).add(x.pow(3)).div(x.add(2)).sum();
    Tensor g = Autograd.grad(y, x, GradOptions.createGraph());
    Tensor h = Autograd.grad(g.square().sum(), x, GradOptions.createGraph());
    h.sum().backward();
    Tensor m = leaf(3, 3);
    Tensor n = Autograd.grad(m.matmul(m).softmax(1).amax(1).sum(), m, GradOptions.createGraph());
    n.square().mean().backward();
    return values(g, h, x.grad(), n, m.grad());
  }

  private static Object hooks() {
    List<Object> seen = new ArrayList<>();
    Tensor x = leaf(3);
    Tensor y = x.mul(2);
    x.registerHook(g -> g.mul(2));
    y.registerHook(g -> {
      seen.add(Arrays.toString(g.toFloatArray()));
      return null;
    });
    y.registerHook(g -> g.add(1)).remove();
    y.registerHook(g -> g.add(g.sum()));
    x.registerPostAccumulateGradHook(
        leaf -> seen.add(Arrays.toString(leaf.grad().toFloatArray())));
    y.square().sum().backward();
    return List.of(seen, values(x.grad()));
  }

  private static Object retainedGradients() {
    Tensor x = leaf(3);
    Tensor y = x.mul(2);
    y.retainGrad();
    Tensor z = y.sin();
    z.retainGrad();
    z.add_(y);
    z.sum().backward();
    return List.of(values(y.grad(), z.grad(), x.grad()), z.retainsGrad());
  }

  private static final class Scaled extends Function {
    private final String fault;
    private final Tensor other = leaf(3); // saved, but no input

    Scaled(String fault) {
      this.fault = fault;
    }

    @Override
    protected Tensor[] forwardAll(Context ctx, Tensor... inputs) {
      Tensor result = inputs[0].pow(3);
      ctx.saveForBackward(inputs[0], result, inputs[1], other);
      return new Tensor[] {result, inputs[0].mul(inputs[1]), inputs[1].gt(0)};
    }

    @Override
    protected Tensor[] backward(Context ctx, Tensor... grads) {
      if (!fault.isEmpty()) throw new IllegalStateException(fault);
      Tensor x = ctx.savedTensors().get(0);
      Tensor y = ctx.savedTensors().get(2);
      Tensor scaled = grads[0].mul(x.square()).mul(ctx.savedTensors().get(3));
      return gradients(scaled.add(grads[1].mul(y)), grads[1].mul(x));
    }
  }

  private static Object functions() {
    Tensor x = leaf(3);
    Tensor y = leaf(3);
    List<Tensor> results = new Scaled("").applyAll(x, y);
    Tensor total = results.get(0).mul(results.get(1)).sum();
    Tensor g = Autograd.grad(total, x, GradOptions.createGraph());
    g.sum().add(total).backward();
    return values(results.get(0), results.get(1), results.get(2), g, x.grad(), y.grad());
  }

  private static Object functionsThatThrow() {
    Tensor x = leaf(3);
    Tensor y = leaf(3);
    Tensor total = new Scaled("from inside").applyAll(x, y).get(0).sum();
    try {
      total.backward();
      return "no exception";
    } catch (IllegalStateException e) {
      return e.getMessage();
    }
  }

  private static Object nestedPasses() {
    Tensor x = leaf(3);
    Tensor inner = leaf(3);
    Tensor y = x.square();
    y.registerHook(g -> {
      Retrograd.enableGrad(() -> inner.mul(g).sum().backward());
      return inner.grad();
    });
    y.sum().backward();
    return values(x.grad(), inner.grad());
  }

  private static Object jacobian() {
    Tensor x = rand(3);
    return values(
        Autograd.jacobian(t -> t.square().mul(t.sum()), x),
            Autograd.hessian(t -> t.pow(3).sum(), x),
        Autograd.jvp(t -> t.exp(), x, ones(3)).products().get(0),
            Autograd.vjp(t -> t.exp(), x, ones(3)).output());
  }

  private static Object losses() {
    Tensor x = rand(4, 3).requiresGrad_(true);
    Tensor t = rand(4, 3);
    Tensor classes = tensor(0, 2, 1, 1);
    Tensor z = F.mseLoss(x, t)
        .add(F.l1Loss(x, t))
        .add(F.smoothL1Loss(x, t))
        .add(F.binaryCrossEntropy(x, t));
    z = z.add(F.binaryCrossEntropyWithLogits(x, t)).add(F.crossEntropy(x, classes));
    z = z.add(F.nllLoss(x.logSoftmax(1), classes));
    z = z.add(F.gelu(x)
        .add(F.silu(x))
        .add(F.elu(x))
        .add(F.softplus(x))
        .add(F.leakyRelu(x))
        .add(F.logsigmoid(x))
        .add(F.mish(x))
        .add(F.hardswish(x))
        .add(F.softsign(x))
        .add(F.prelu(x, tensor(0.25)))
        .sum());
    z = z.add(F.dropout(x, 0.5, true).sum()).add(F.glu(x, 0).sum());
    z = z.add(F.gumbelSoftmax(x, 1, true).sum());
    z.backward();
    return values(z, x.grad());
  }

  private static Object network() {
    Sequential model = new Sequential(new Linear(4, 8), new ReLU(), new Linear(8, 3));
    Tensor out = model.forward(rand(5, 4));
    F.crossEntropy(out, tensor(0, 1, 2, 0, 1)).backward();
    List<Object> all = new ArrayList<>(values(out));
    for (Tensor p : model.parameters()) all.addAll(values(p, p.grad()));
    model.zeroGrad();
    return all;
  }

  private static Object optimizers() {
    Tensor x = leaf(3);
    Tensor y = leaf(2, 2);
    SGD sgd = new SGD(List.of(x, y), 0.1, new SGD.Options(0.9, 0, 0, false, false));
    Adam adam = new Adam(List.of(x, y), 0.01);
    for (int i = 0; i < 3; i++) {
      sgd.zeroGrad();
      x.square().sum().add(y.exp().sum()).backward();
      sgd.step();
      adam.step();
    }
    return values(x, y);
  }

  private static Object scopes() {
    Tensor kept = Scope.run(() -> {
      Tensor a = rand(3);
      Tensor b = a.mul(2);
      try (Scope inner = Scope.open()) {
        b = inner.keep(b.add(1));
      }
      return b.exp();
    });
    Tensor inference = Retrograd.inferenceMode(() -> rand(3).add(1));
    Tensor none = Retrograd.noGrad(() -> leaf(3).mul(2));
    return List.of(
        values(kept, inference.clone(), none), none.requiresGrad(), snapshot().openTensors() > 0);
  }

  private static Memory.Snapshot snapshot() {
    return Memory.snapshot();
  }

  /** More handles than a thread keeps places for. */
  private static Object manyTensors() {
    Tensor x = ones(1).requiresGrad_(true);
    List<Tensor> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) all.add(x.mul(i));
    Tensor sum = stack(all).sum();
    sum.backward();
    return values(sum, x.grad(), cat(all.subList(0, 20)));
  }

  private static Object texts() {
    Tensor x = leaf(3, 2);
    Linear linear = new Linear(2, 3);
    return List.of(
        x.toString(),
        x.mul(2).toString(),
        x.gt(0).toString(),
        arange(5).toString(),
        rand(50, 50).toString(),
        linear.toString(),
        x.exp().gradFn().name(),
        Retrograd.getFloat32MatmulPrecision());
  }

  private static String message(Supplier<?> body) {
    try {
      return "no exception, but " + body.get();
    } catch (io.retrograd.OutOfMemoryException e) {
      throw e;
    } catch (RetrogradException | IllegalArgumentException | IllegalStateException e) {
      return e.getClass() + e.getMessage();
    }
  }

  private static Object errors() {
    Tensor a = ones(2, 3);
    Tensor closed = ones(2);
    closed.close();
    Tensor x = leaf(3);
    Tensor y = x.exp();
    Tensor written = x.sigmoid();
    written.add_(1);
    y.sum().backward();
    return List.of(
        message(() -> a.add(ones(4))),
        message(() -> a.matmul(ones(2, 2))),
        message(() -> a.view(5)),
        message(() -> a.select(0, 9)),
        message(() -> a.gather(1, tensor(new long[][] {{9}}))),
        message(() -> closed.add(1)),
        message(() -> a.to(INT64).requiresGrad_(true)),
        message(() -> {
          a.sum().backward();
          return 0;
        }),
        message(() -> {
          y.sum().backward();
          return 0;
        }),
        message(() -> {
          written.sum().backward();
          return 0;
        }),
        message(() -> x.add_(1)),
        message(() -> a.to(BOOL).neg()),
        message(() -> a.registerHook(g -> g)),
        message(() -> ones(1 << 20, 1 << 20, 1 << 20, 1 << 20)),
        message(() -> a.to("cuda:7")),
        message(() -> {
          Retrograd.setFloat32MatmulPrecision("middling");
          return 0;
        }),
        message(() -> Autograd.grad(x.sum(), leaf(2))),
        message(() -> F.linear(a, a, ones(9))));
  }

  private static Object graph() {
    Tensor x = leaf(3);
    Tensor y = x.mul(2).add(x.exp()).sum();
    List<Object> names = new ArrayList<>();
    List<Node> nodes = new ArrayList<>(List.of(y.gradFn()));
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      names.add(node.name());
      for (Node.Edge edge : node.nextFunctions())
        if (edge.function() != null) nodes.add(edge.function());
      if (node.variable() != null) names.add(Arrays.toString(node.variable().shape()));
    }
    Tensor detached = y.detach();
    x.setGrad(ones(3));
    y.detach_();
    return List.of(
        names,
        x.isLeaf(),
        y.isLeaf(),
        detached.isView(),
        values(x.grad()),
        x.outputNr(),
        x.isInference());
  }

  /** A thread's first tensors, whose places and rooms are made then. */
  private static Object anotherThread() {
    Object[] outcome = new Object[1];
    Thread thread = new Thread(() -> {
      try (Scope scope = Scope.open()) {
        Tensor x = rand(40, 50).requiresGrad_(true);
        x.matmul(rand(50, 60)).sum().backward();
        outcome[0] = List.of(x.grad().shape()[1]);
      } catch (RuntimeException | Error e) {
        outcome[0] = e;
      }
    });
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    if (outcome[0] instanceof RuntimeException e) throw e;
    if (outcome[0] instanceof Error e) throw e;
    return outcome[0];
  }
}
