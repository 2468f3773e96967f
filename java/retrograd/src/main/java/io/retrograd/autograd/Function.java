package io.retrograd.autograd;

import io.retrograd.AutogradException;
import io.retrograd.DType;
import io.retrograd.Device;
import io.retrograd.GradMode;
import io.retrograd.Retrograd;
import io.retrograd.Tensor;
import io.retrograd.internal.Bag;
import io.retrograd.internal.Bridge;
import io.retrograd.internal.Callbacks;
import io.retrograd.internal.Natives;
import io.retrograd.internal.Threads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operation with a derivative of your own. Subclass it, write {@link #forward} and {@link #backward}, and call
 * {@link #apply}. Constants are fields of the subclass; what belongs to one call goes through the {@link Context}.
 *
 * <pre>{@code
 * final class Cube extends Function {
 *   protected Tensor forward(Context ctx, Tensor... inputs) {
 *     ctx.saveForBackward(inputs[0]);
 *     return inputs[0].pow(3);
 *   }
 *   protected Tensor[] backward(Context ctx, Tensor... grads) {
 *     Tensor x = ctx.savedTensors().get(0);
 *     return gradients(grads[0].mul(x.square()).mul(3));
 *   }
 * }
 * Tensor y = new Cube().apply(x);     // grad_fn=<CubeBackward>
 * }</pre>
 *
 * <p>Forward runs without recording. Backward runs on the thread that called {@code backward()}, with recording where a
 * further derivative was asked for; made of differentiable operations of the gradients and of saved inputs and
 * outputs, it can be differentiated itself; a tensor that forward computed on the way counts as a constant there, so a
 * further derivative through it is wrong: compute it anew in backward, or return it as an output. An object
 * without state of its own may be shared by threads.
 *
 * <p>Backward knows of no write in place, so none that it should know of goes unnoticed: forward may not write inputs
 * that require a gradient, and a result that shares memory with an input, with another result or with a tensor from
 * elsewhere (a view of one, or the tensor itself) may not be written. Where the other tensor is, using the result
 * raises {@link AutogradException}. A {@code clone()} helps.
 *
 * <p>Each call of forward and of backward is a scope: the tensors made in it, backward's arguments and
 * {@link Context#savedTensors} among them, are closed when it returns. Its inputs, its results and what a graph needs of
 * them live on, as does a tensor that {@code keep} of a {@link io.retrograd.Scope} opened in the call names. One that
 * was only put in a field raises {@link io.retrograd.ClosedTensorException} afterwards.
 *
 * <p>A graph lets go of this object when it has run without {@code retainGraph}: an object that referred to its output
 * would otherwise never be freed. So a second backward pass raises {@link AutogradException}, also where forward saved
 * nothing; pass {@code retainGraph} to the first.
 */
public abstract class Function {
  /** For subclasses. */
  protected Function() {}

  /**
   * Computes the only output. With several outputs, override {@link #forwardAll} instead.
   *
   * @param ctx of this call
   * @param inputs as given to {@link #apply}
   * @return the output; an input may be returned as it is
   */
  protected Tensor forward(Context ctx, Tensor... inputs) {
    throw new UnsupportedOperationException(
        getClass().getName() + " overrides neither forward nor forwardAll");
  }

  /**
   * Computes all outputs.
   *
   * @param ctx of this call
   * @param inputs as given to {@link #applyAll}
   * @return the outputs
   */
  protected Tensor[] forwardAll(Context ctx, Tensor... inputs) {
    return new Tensor[] {forward(ctx, inputs)};
  }

  /**
   * Computes the gradients of the inputs from those of the outputs.
   *
   * @param ctx of the call to forward, with what it saved
   * @param grads one per output, of its shape; null only after {@link Context#setMaterializeGrads} with false
   * @return one per input, of its shape and dtype, or null for none; see {@link #gradients}. Another dtype raises
   *     {@link io.retrograd.DTypeException} in the backward pass
   */
  protected abstract @Nullable Tensor[] backward(Context ctx, Tensor... grads);

  /**
   * What {@link #backward} returns, as an array.
   *
   * @param gradients one per input
   */
  protected static @Nullable Tensor[] gradients(@Nullable Tensor... gradients) {
    return gradients;
  }

  /**
   * Computes the function.
   *
   * @param inputs whatever forward expects
   * @return its only output, inside the graph where an input requires a gradient
   */
  public final Tensor apply(Tensor... inputs) {
    List<Tensor> outputs = applyAll(inputs);
    if (outputs.size() == 1) return outputs.get(0);
    throw new IllegalStateException(name() + ": forward gave " + outputs.size()
        + " outputs: call applyAll(...), which returns them all");
  }

  /**
   * Computes the function.
   *
   * @param inputs whatever forward expects
   * @return its outputs, inside the graph where an input requires a gradient
   */
  public final List<Tensor> applyAll(Tensor... inputs) {
    List<Tensor> in = Bridge.listOf("inputs", inputs);
    boolean[] needsGrad = new boolean[inputs.length];
    boolean record = false;
    for (int i = 0; i < inputs.length; i++) {
      needsGrad[i] = inputs[i].requiresGrad();
      record |= needsGrad[i];
    }
    record &= Retrograd.isGradEnabled();
    Context ctx = new Context(needsGrad);
    Bag call = Threads.enter();
    try {
      Tensor[] outputs;
      try (GradMode mode = Retrograd.noGrad()) {
        long[] before = record ? versions(inputs, needsGrad) : null;
        outputs = checked(forwardAll(ctx, inputs.clone()));
        if (before != null) refuseWrites(before, versions(inputs, needsGrad));
      }
      List<Tensor> results = record ? attach(ctx, in, outputs) : List.of(outputs);
      for (Tensor output : outputs) Threads.hand(call, Bridge.ref(output));
      for (Tensor result : results) Threads.hand(call, Bridge.ref(result));
      return results;
    } finally {
      Threads.leave(call);
    }
  }

  /** Of the inputs that require a gradient. */
  private static long[] versions(Tensor[] inputs, boolean[] needsGrad) {
    long[] versions = new long[inputs.length];
    for (int i = 0; i < inputs.length; i++) if (needsGrad[i]) versions[i] = inputs[i].version();
    return versions;
  }

  private void refuseWrites(long[] before, long[] after) {
    int written = Arrays.mismatch(before, after);
    if (written < 0) return;
    throw new AutogradException(
        Callbacks.title(this) + ": forward wrote inputs[" + written
            + "] in place, which requires grad; what used it before would have a wrong gradient. Write to a clone()");
  }

  @SuppressWarnings("NullAway") // whoever writes forward may be in error
  private Tensor[] checked(Tensor[] outputs) {
    if (outputs == null)
      throw new AutogradException(Callbacks.title(this) + ": forwardAll returned null");
    for (int i = 0; i < outputs.length; i++) {
      if (outputs[i] != null) continue;
      throw new AutogradException(Callbacks.title(this) + ": forward returned null"
          + (outputs.length == 1 ? "" : " as output " + i)
          + "; an output without a derivative goes through Context.markNonDifferentiable(...)");
    }
    return outputs;
  }

  private List<Tensor> attach(Context ctx, List<Tensor> in, Tensor[] outputs) {
    List<Tensor> differentiable = new ArrayList<>();
    int[] places = new int[outputs.length]; // of each output among the differentiable ones, or -1
    @Nullable Blank[] blanks = new Blank[outputs.length];
    for (int i = 0; i < outputs.length; i++) {
      Tensor output = outputs[i];
      boolean marked = ctx.nonDifferentiable.stream().anyMatch(t -> t == output);
      places[i] = marked || !output.dtype().isFloatingPoint() ? -1 : differentiable.size();
      if (places[i] >= 0) differentiable.add(output);
      else if (ctx.materialize)
        blanks[i] = new Blank(output.shape(), output.dtype(), output.device());
    }
    if (differentiable.isEmpty())
      return Arrays.stream(outputs).map(Function::withoutHistory).toList();
    List<Tensor> saved = ctx.takeSaved();
    int inputs = in.size();
    Callbacks.Backward call =
        (grads, kept) -> callBackward(ctx, places, blanks, inputs, grads, kept);
    long[] handles = Natives.attachFunction(
        name() + "Backward",
        Bridge.handles(in),
        Bridge.handles(differentiable),
        Bridge.handles(saved),
        call,
        ctx.materialize,
        ctx.once);
    List<Tensor> attached = Bridge.wrapResults(handles, differentiable, List.of(in, saved));
    List<Tensor> results = new ArrayList<>();
    for (int i = 0; i < outputs.length; i++) {
      results.add(places[i] < 0 ? withoutHistory(outputs[i]) : attached.get(places[i]));
    }
    return List.copyOf(results);
  }

  /** An output that has no derivative: it may be an input that has one. */
  private static Tensor withoutHistory(Tensor output) {
    return output.requiresGrad() ? output.detach() : output;
  }

  /** Shape and type of the zeros that stand for the gradient of an output without derivative. */
  private record Blank(long[] shape, DType dtype, Device device) {
    Tensor zeros() {
      DType type = dtype.isFloatingPoint() ? dtype : DType.FLOAT32;
      return Retrograd.zeros(Retrograd.options(type).device(device), shape);
    }
  }

  // Holds no tensor: the graph holds this call, and a tensor held here would hold the graph.
  private long[] callBackward(
      Context ctx, int[] places, @Nullable Blank[] blanks, int inputs, long[] grads, long[] kept) {
    Bag call = Threads.enter();
    try {
      return gradients(ctx, places, blanks, inputs, grads, kept);
    } finally {
      Threads.leave(call);
    }
  }

  private long[] gradients(
      Context ctx, int[] places, @Nullable Blank[] blanks, int inputs, long[] grads, long[] kept) {
    Context seen;
    try {
      seen = ctx.withSaved(Bridge.wrapAll(kept, this));
    } catch (Throwable e) {
      Natives.closeAll(grads, grads.length);
      throw e;
    }
    @Nullable Tensor[] given = Bridge.wrapOptional(grads, this);
    @Nullable Tensor[] all = new Tensor[places.length];
    for (int i = 0; i < all.length; i++) {
      Blank blank = blanks[i];
      all[i] = places[i] >= 0 ? given[places[i]] : blank != null ? blank.zeros() : null;
    }
    @SuppressWarnings("NullAway") // null only where the function asked for it
    @Nullable
    Tensor[] result = backward(seen, all);
    if (result == null) {
      throw new AutogradException(
          Callbacks.title(this)
              + ": backward returned null; it returns an array of one gradient per input, null standing for none");
    }
    if (result.length != inputs) {
      throw new AutogradException(Callbacks.title(this) + ": backward gave " + result.length
          + " gradients for " + inputs + " inputs; null stands for none");
    }
    long[] handles = new long[inputs];
    try {
      for (int i = 0; i < inputs; i++) {
        Tensor gradient = result[i];
        if (gradient != null)
          handles[i] = Bridge.after(Natives.share(Bridge.handle(gradient)), gradient);
      }
    } catch (Throwable e) {
      Natives.closeAll(handles, inputs);
      throw e;
    }
    return handles;
  }

  private String name() {
    String name = getClass().getSimpleName();
    return name.isEmpty() ? "Function" : name;
  }
}
