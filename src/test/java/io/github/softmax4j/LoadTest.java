package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * Calls allocate nothing in a JVM of mixed use, though ten such JVMs share the CPUs, so that the
 * compilers of each come late.
 */
@DisabledIfSystemProperty(named = "test.path", matches = "scalar")
@DisabledIfSystemProperty(named = "test.maxBits", matches = ".+")
@DisabledIfSystemProperty(named = "softmax4j.vectorBits", matches = ".+")
@Tag("slow")
class LoadTest {

  private static final int JVMS = 10;

  /** Far less than a vector a call: what is made once, when vector code takes over. */
  private static final int MOST_BYTES = 16;

  @Test
  @Timeout(value = 4, unit = TimeUnit.MINUTES)
  void callsAllocateNothing() throws Exception {
    List<Future<Jvm.Result>> results = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(JVMS)) {
      for (int i = 0; i < JVMS; i++) {
        String seed = String.valueOf(Long.getLong("load.seed", 1) + i);
        String width = i % 2 == 0 ? "-XX:UseAVX=2" : "-XX:+IgnoreUnrecognizedVMOptions";
        results.add(
            executor.submit(
                () ->
                    Jvm.runMain(
                        LoadProbe.class,
                        seed,
                        "-XX:+IgnoreUnrecognizedVMOptions",
                        width,
                        "-Xmx400m",
                        Jvm.VECTOR_MODULE)));
      }
    }
    List<String> noisy = new ArrayList<>();
    for (Future<Jvm.Result> result : results) {
      assertEquals(0, result.get().exit(), result.get()::err);
      result.get().out().lines().filter(LoadTest::isNoisy).forEach(noisy::add);
    }
    assertEquals(List.of(), noisy);
  }

  private static boolean isNoisy(String line) {
    return Long.parseLong(line.substring(line.lastIndexOf(' ') + 1))
        > MOST_BYTES * LoadProbe.LAST_CALLS;
  }
}
