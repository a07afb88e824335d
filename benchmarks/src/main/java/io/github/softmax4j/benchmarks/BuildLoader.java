package io.github.softmax4j.benchmarks;

import io.github.softmax4j.cli.Operation;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;

/**
 * Loads one build of the library, and a driver that is linked with it. It never takes the library
 * of this JVM's class path, of which the rest of the benchmarks comes.
 */
final class BuildLoader extends URLClassLoader {

  private static final String BENCHMARKS = BuildLoader.class.getPackageName() + ".";
  private static final String LIBRARY =
      BENCHMARKS.substring(0, BENCHMARKS.lastIndexOf('.', BENCHMARKS.length() - 2) + 1);

  /** The table of the operations, which is not the build's, as it is an argument of drivers. */
  private static final String OPERATION = Operation.class.getName();

  private static final String DRIVER = FlatDriver.class.getName();

  static {
    registerAsParallelCapable();
  }

  /**
   * @param library the jar of the build, or a directory of its classes
   */
  BuildLoader(Path library) throws MalformedURLException {
    super(
        new URL[] {
          library.toUri().toURL(),
          FlatDriver.class.getProtectionDomain().getCodeSource().getLocation()
        },
        BuildLoader.class.getClassLoader());
  }

  Driver driver() {
    try {
      return (Driver) loadClass(DRIVER).getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no driver", e);
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!isOfBuild(name)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? findOfBuild(name) : loaded;
    }
  }

  /** The second of the URLs holds a copy of the library, too, which is not this build's. */
  private Class<?> findOfBuild(String name) throws ClassNotFoundException {
    URL found = findResource(name.replace('.', '/') + ".class");
    boolean fromLibrary = found != null && found.toString().contains(getURLs()[0].toString());
    if (!fromLibrary && !isDriver(name)) {
      throw new ClassNotFoundException(name);
    }
    return findClass(name);
  }

  private static boolean isOfBuild(String name) {
    boolean isOurs = name.startsWith(BENCHMARKS) || isOrIsIn(name, OPERATION);
    return isDriver(name) || name.startsWith(LIBRARY) && !isOurs;
  }

  private static boolean isDriver(String name) {
    return isOrIsIn(name, DRIVER);
  }

  private static boolean isOrIsIn(String name, String outer) {
    return name.equals(outer) || name.startsWith(outer + "$");
  }
}
