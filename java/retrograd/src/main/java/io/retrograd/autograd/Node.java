package io.retrograd.autograd;

import static io.retrograd.internal.Bridge.after;

import io.retrograd.Tensor;
import io.retrograd.internal.Bridge;
import io.retrograd.internal.Engine;
import io.retrograd.internal.Natives;
import io.retrograd.internal.Net;
import io.retrograd.internal.TensorRef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of a graph, to look at: what {@link Tensor#gradFn} returns. Two objects for the same step are equal. Looking
 * keeps the step alive, until this object is unreachable. Thread-safe.
 *
 * <pre>{@code
 * System.out.println(d.gradFn());                                     // <AddBackward0 object at 0x7f>
 * System.out.println(d.gradFn().nextFunctions().get(0).function());   // <MulBackward0 object at 0x7e>
 * }</pre>
 */
public final class Node {
  private final TensorRef ref;
  private final long id;

  /**
   * Where a gradient goes.
   *
   * @param function the step that takes it; null for an operand that needs none
   * @param index the number of the output of that step's forward whose gradient it is
   */
  public record Edge(@Nullable Node function, long index) {
    /** Returns {@code (<MulBackward0 object at 0x7e>, 0)}, as PyTorch prints it. */
    @Override
    public String toString() {
      return "(" + (function == null ? "None" : function) + ", " + index + ")";
    }
  }

  private Node(long handle) {
    try {
      ref = Net.registerOutside(this, handle);
      id = Engine.nodeId(handle);
    } catch (Throwable e) {
      Natives.close(handle);
      throw e;
    }
  }

  /**
   * The step that made a tensor; null for a leaf. The same as {@link Tensor#gradFn}.
   *
   * @param tensor result of an operation, or a leaf
   */
  public static @Nullable Node ofGradFn(Tensor tensor) {
    long handle = after(Engine.gradFn(Bridge.handle("tensor", tensor)), tensor);
    return handle == 0 ? null : new Node(handle);
  }

  /** Returns the step's name, such as {@code MulBackward0} or {@code AccumulateGrad}. */
  public String name() {
    return after(Engine.nodeName(ref.handle()), this);
  }

  /** Returns where the gradients of the operands go, in their order. */
  public List<Edge> nextFunctions() {
    long[] indices = after(Engine.nextIndices(ref.handle()), this);
    long[] handles = after(Engine.nextFunctions(ref.handle()), this);
    List<Edge> edges = new ArrayList<>();
    for (int i = 0; i < handles.length; i++) {
      edges.add(new Edge(
          handles[i] == 0 ? null : new Node(handles[i]), handles[i] == 0 ? 0 : indices[i]));
    }
    return List.copyOf(edges);
  }

  /**
   * Returns the leaf that an {@code AccumulateGrad} step writes to; null for other steps. A leaf that the program had
   * closed or lost has let go of a gradient with a graph: see {@link io.retrograd.BackwardOptions#createGraph}.
   */
  public @Nullable Tensor variable() {
    return Bridge.wrapOrNull(Engine.nodeVariable(ref.handle()), this);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Node n && n.id == id;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(id);
  }

  /** Returns {@code <MulBackward0 object at 0x7f12>}, with a number that tells steps apart while they live. */
  @Override
  public String toString() {
    return "<" + name() + " object at 0x" + Long.toHexString(id) + ">";
  }
}
