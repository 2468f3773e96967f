package io.retrograd;

import static io.retrograd.internal.Bridge.wrap;

import io.retrograd.internal.Arguments;
import io.retrograd.internal.Bridge;
import io.retrograd.internal.Natives;
import io.retrograd.internal.Ops;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code x[...]}: places, slices and new axes make a view step by step, tensors then gather from it or scatter into it.
 */
final class Indexing {
  private final Tensor target;
  private final List<@Nullable Tensor> tensors =
      new ArrayList<>(); // one per dimension of the view that was visited
  private Tensor view;
  private int dim; // of the view: the next to be visited

  private Indexing(Tensor target, Index[] indices) {
    this.target = target;
    view = target;
    if (indices.length == 0)
      throw new IndexException("get: give at least one index, such as Index.all()");
    long left = target.dim() - consumed(indices);
    if (left < 0) {
      throw new IndexException("get: got indices for " + (target.dim() - left)
          + " dimensions of a tensor with " + target.dim());
    }
    try {
      for (Index index : indices) apply(index, left);
    } catch (Throwable e) {
      closeView();
      throw e;
    }
  }

  /** A part of a tensor. */
  static Tensor get(Tensor x, Index... indices) {
    if (indices.length == 1 && indices[0] instanceof Index.At at) return x.select(0, at.index());
    Indexing it = new Indexing(x, indices);
    if (it.tensors.stream().allMatch(t -> t == null)) {
      return it.view == x ? wrap(Ops.alias(Bridge.handle(x)), x) : it.view;
    }
    try {
      long handle = Ops.index(Bridge.handle(it.view), Bridge.handles(it.tensors));
      return wrap(handle, it);
    } finally {
      it.closeView();
    }
  }

  /** Writes into the part of a view that tensors choose; their handles are 0 for whole dimensions. */
  @FunctionalInterface
  interface Write {
    /** Returns a second handle of the view. */
    long to(long view, long[] tensors);
  }

  /** Writes into a part of a tensor. */
  static void set(Tensor x, Index[] indices, Write write) {
    Indexing it = part(x, indices);
    try {
      Natives.close(write.to(Bridge.handle(it.view), Bridge.handles(it.tensors)));
      Reference.reachabilityFence(it);
    } finally {
      it.closeView();
    }
  }

  /** The part to write into: the places are selected, but the user called set. */
  private static Indexing part(Tensor x, Index[] indices) {
    try {
      return new Indexing(x, indices);
    } catch (IndexException e) {
      throw new IndexException(String.valueOf(e.getMessage()).replaceFirst("\\w+", "set"));
    }
  }

  /** Places as indices. */
  static Index[] at(long... indices) {
    Index[] places = new Index[Arguments.given("indices", indices).length];
    for (int i = 0; i < places.length; i++) places[i] = Index.at(indices[i]);
    return places;
  }

  /** How many dimensions of the tensor the indices name. */
  private static long consumed(Index[] indices) {
    long n = 0;
    boolean ellipsis = false;
    for (Index index : indices) {
      if (index instanceof Index.At || index instanceof Index.Slice) {
        n++;
      } else if (index instanceof Tensor t) {
        n += t.dtype() == DType.BOOL ? t.dim() : 1;
      } else if (index instanceof Index.Ellipsis) {
        if (ellipsis) throw new IndexException("get: only one Index.ellipsis() may be given");
        ellipsis = true;
      }
    }
    return n;
  }

  private void apply(Index index, long left) {
    if (index instanceof Index.At at) {
      step(view.select(dim, at.index()));
    } else if (index instanceof Index.Slice slice) {
      boolean whole = slice.start() == 0 && slice.end() == Long.MAX_VALUE && slice.step() == 1;
      if (!whole) {
        step(wrap(
            Ops.slice(Bridge.handle(view), dim, slice.start(), slice.end(), slice.step()), view));
      }
      visit(null, 1);
    } else if (index instanceof Index.NewAxis) {
      step(view.unsqueeze(dim));
      visit(null, 1);
    } else if (index instanceof Index.Ellipsis) {
      for (long i = 0; i < left; i++) visit(null, 1);
    } else if (index instanceof Tensor t && t.dtype() == DType.BOOL && t.dim() == 0) {
      step(view.unsqueeze(dim)); // one truth value takes all or nothing, along an axis of its own
      visit(t.view(1), 1);
    } else if (index instanceof Tensor t) {
      visit(t, t.dtype() == DType.BOOL ? (int) t.dim() : 1);
    }
  }

  private void visit(@Nullable Tensor index, int dims) {
    tensors.add(index);
    dim += dims;
  }

  private void step(Tensor next) {
    closeView();
    view = next;
  }

  private void closeView() {
    if (view != target) view.close();
  }
}
