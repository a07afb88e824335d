package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs with the library on their class path, on their module path, and in class loaders. */
@Tag("consumer")
class ConsumerTest {

  @TempDir Path folder;

  @Test
  void classPath() throws Exception {
    Path classes = Consumer.compile(folder);
    Jvm.Result scalar = Jvm.runOnClassPath(classes, Consumer.MAIN);
    Consumer.assertRan("SCALAR", "--add-modules jdk.incubator.vector", scalar);
    Jvm.Result vector = Jvm.runOnClassPath(classes, Consumer.MAIN, Jvm.VECTOR_MODULE);
    Consumer.assertRan("VECTOR", "Vector API", vector);
  }

  @Test
  void modulePath() throws Exception {
    Path module = Consumer.compileModule(folder);
    Jvm.Result scalar = Jvm.runModule(module, "app/" + Consumer.MAIN);
    Consumer.assertRan("SCALAR", "--add-modules jdk.incubator.vector", scalar);
    Jvm.Result vector = Jvm.runModule(module, "app/" + Consumer.MAIN, Jvm.VECTOR_MODULE);
    Consumer.assertRan("VECTOR", "Vector API", vector);
  }

  /** Each has the library's classes for itself; both start at the same time. */
  @Test
  void twoClassLoaders() throws Exception {
    URL[] path = {Consumer.compile(folder).toUri().toURL(), Jvm.jar().toUri().toURL()};
    try (URLClassLoader first = loader(path);
        URLClassLoader second = loader(path);
        ExecutorService executor = Executors.newFixedThreadPool(2)) {
      assertNotSame(softmax(first), softmax(second));
      assertNotSame(softmax(first), Softmax.class);
      List<Future<String>> results =
          executor.invokeAll(List.of(() -> run(first), () -> run(second)));
      for (Future<String> result : results) {
        String[] lines = result.get().split("\\R");
        assertEquals(ActivePath.get().kind().name(), lines[0]);
        assertEquals(ActivePath.get().reason(), lines[1]);
        Consumer.assertProbabilities(lines[2]);
      }
    }
  }

  private static URLClassLoader loader(URL[] path) {
    return new URLClassLoader(path, ClassLoader.getPlatformClassLoader());
  }

  private static Class<?> softmax(ClassLoader loader) throws ClassNotFoundException {
    return loader.loadClass(Softmax.class.getName());
  }

  private static String run(ClassLoader loader) throws ReflectiveOperationException {
    return (String) loader.loadClass(Consumer.MAIN).getMethod("run").invoke(null);
  }
}
