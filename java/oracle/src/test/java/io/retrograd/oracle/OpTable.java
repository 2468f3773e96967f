package io.retrograd.oracle;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every public operation, by family: the one home of what is tested about it. */
final class OpTable {
  private OpTable() {}

  static final Map<String, List<Row>> FAMILIES = new LinkedHashMap<>();

  static {
    FAMILIES.put("unary", UnaryRows.rows());
    FAMILIES.put("activation", ActivationRows.rows());
    FAMILIES.put("binary", BinaryRows.rows());
    FAMILIES.put("reduce", ReduceRows.rows());
    FAMILIES.put("view", ViewRows.rows());
    FAMILIES.put("shape", ShapeRows.rows());
    FAMILIES.put("copy", CopyRows.rows());
    FAMILIES.put("index", IndexRows.rows());
    FAMILIES.put("image", ImageRows.rows());
    FAMILIES.put("matmul", MatmulRows.rows());
    FAMILIES.put("conv", ConvRows.rows());
    FAMILIES.put("pool", PoolRows.rows());
    FAMILIES.put("fold", FoldRows.rows());
    FAMILIES.put("loss", LossRows.rows());
    FAMILIES.put("margin", MarginRows.rows());
    FAMILIES.put("ctc", CtcRows.rows());
    FAMILIES.put("distance", DistanceRows.rows());
    FAMILIES.put("norm", NormRows.rows());
    FAMILIES.put("sort", SortRows.rows());
    FAMILIES.put("creation", CreationRows.rows());
    FAMILIES.put("random", RandomRows.rows());
    FAMILIES.put("numbers", NumberRows.rows());
  }

  static List<Row> rows() {
    return FAMILIES.values().stream().flatMap(List::stream).toList();
  }
}
