package io.github.softmax4j.build;

import java.io.IOException;
import java.lang.classfile.ClassModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The build's own step after the compiler: makes the variants of {@code @Specialize} methods,
 * replaces calls of {@code @Inline} methods by their code, and checks the rules that kernels keep
 * for C2's sake.
 *
 * <p>It changes class files in place. To run it again changes nothing.
 */
public final class BuildStep {

  private BuildStep() {}

  /**
   * Works on the folders that are named, and fails if a class breaks a rule.
   *
   * @param args folders of class files
   * @throws IOException if they cannot be read or written
   */
  public static void main(String[] args) throws IOException {
    List<String> problems = new ArrayList<>();
    for (String folder : args) {
      problems.addAll(run(Path.of(folder)));
    }
    if (!problems.isEmpty()) {
      problems.forEach(System.err::println);
      System.err.println("The kernels break " + problems.size() + " of C2's rules: see above.");
      System.exit(1);
    }
  }

  /**
   * Works on a folder.
   *
   * @param path of class files
   * @return a line for each rule that is broken
   * @throws IOException if they cannot be read or written
   */
  static List<String> run(Path path) throws IOException {
    ClassFolder folder = new ClassFolder(path);
    Specialization specialization = new Specialization(folder);
    List<Problem> problems = new ArrayList<>(specialization.problems());
    if (problems.isEmpty()) {
      specialization.run();
    }
    InlineMethods methods = new InlineMethods(folder);
    problems.addAll(methods.problems());
    if (problems.isEmpty()) {
      expand(folder, new Expansion(folder, methods, problems));
      KernelRules rules = new KernelRules(methods, problems);
      folder.classes().values().forEach(rules::check);
    }
    return problems.stream().map(Problem::toString).distinct().toList();
  }

  private static void expand(ClassFolder folder, Expansion expansion) throws IOException {
    for (ClassModel type : List.copyOf(folder.classes().values())) {
      if (expansion.hasCalls(type)) {
        folder.write(type, expansion.expand(type));
        ClassModel expanded = folder.find(type.thisClass().asInternalName());
        folder.write(expanded, expansion.moveToStart(expanded));
      }
    }
  }
}
