package io.github.softmax4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {

  @Test
  void cpuHasAtLeastAnArchitecture() {
    assertTrue(Machine.cpu().contains(System.getProperty("os.arch")), Machine.cpu());
  }

  @Test
  void firstModelNameIsTaken(@TempDir Path folder) throws IOException {
    Path cpuinfo = folder.resolve("cpuinfo");
    Files.writeString(
        cpuinfo,
        "processor\t: 0\nmodel\t\t: 207\nmodel name\t: Some CPU: 2 GHz\nmodel name\t: Other\n");
    assertEquals("Some CPU: 2 GHz", Machine.modelName(cpuinfo));
  }

  @Test
  void machineWithoutAModelName(@TempDir Path folder) throws IOException {
    Path cpuinfo = Files.writeString(folder.resolve("cpuinfo"), "processor\t: 0\n");
    assertNull(Machine.modelName(cpuinfo));
  }
}
