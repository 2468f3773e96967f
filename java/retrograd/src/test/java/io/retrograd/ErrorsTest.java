package io.retrograd;

import static io.retrograd.Retrograd.cat;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.setNumThreads;
import static io.retrograd.Retrograd.tensor;
import static io.retrograd.Retrograd.zeros;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ErrorsTest {
  @Test
  void shapes() {
    var e = assertThrows(ShapeException.class, () -> ones(2, 3).add(ones(2, 4)));
    assertTrue(e.getMessage().startsWith("add"), e.getMessage());
    assertThrows(ShapeException.class, () -> ones(2, 3).mm(ones(2, 3)));
    assertThrows(ShapeException.class, () -> ones(2, 3).view(7));
    assertThrows(RuntimeException.class, () -> zeros(-1));
    assertThrows(RuntimeException.class, () -> zeros(Long.MAX_VALUE, Long.MAX_VALUE));
    assertThrows(IndexException.class, () -> ones(2).sum(3));
  }

  @Test
  void closed() {
    Tensor t = ones(1);
    t.close();
    var e = assertThrows(ClosedTensorException.class, () -> t.add(1));
    assertTrue(e.getMessage().contains("retrograd.track"), e.getMessage());
    assertThrows(ClosedTensorException.class, () -> ones(1).add(t));
    assertThrows(ClosedTensorException.class, () -> cat(List.of(ones(1), t)));
    assertThrows(ClosedTensorException.class, t::shape);
  }

  @Test
  void plainMistakes() {
    assertThrows(NullPointerException.class, () -> ones(1).add((Tensor) null));
    assertThrows(IllegalArgumentException.class, () -> Device.of("gpu"));
    assertThrows(IllegalArgumentException.class, () -> setNumThreads(0));
    assertThrows(IllegalArgumentException.class, () -> tensor(1).floorDivide(tensor(0)));
  }

  @Test
  void absentDevices() {
    assumeTrue(Device.cudaCount() == 0);
    var e = assertThrows(DeviceException.class, () -> ones(Device.cuda(0), 2));
    assertTrue(e.getMessage().length() > 10, e.getMessage());
    assertThrows(DeviceException.class, () -> ones(1).to("cuda:0"));
    assertEquals("cuda:3", Device.of("cuda:3").toString());
    assertTrue(Device.cudaStatus().length() > 3);
  }
}
