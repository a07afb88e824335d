package io.github.softmax4j.build;

import java.io.IOException;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes one method for each combination of the flags of a {@code @Specialize} method, which itself
 * becomes the choice among those.
 *
 * <p>This comes before calls are replaced, so that the variants pass constants to {@code @Inline}
 * methods.
 */
final class Specialization {

  private final ClassFolder folder;
  private final List<Problem> problems = new ArrayList<>();

  Specialization(ClassFolder folder) {
    this.folder = folder;
    folder.classes().values().forEach(this::check);
  }

  private void check(ClassModel type) {
    Set<String> variants = new HashSet<>();
    for (MethodModel method : type.methods()) {
      if (Marks.isSpecialize(method)) {
        check(new SpecializedMethod(method), variants);
      }
    }
  }

  private void check(SpecializedMethod method, Set<String> variants) {
    String obstacle = method.obstacle();
    if (obstacle == null && !method.variants().stream().allMatch(variants::add)) {
      obstacle = "makes two methods of one name and type";
    }
    if (obstacle != null) {
      problems.add(method.problem("@Specialize " + obstacle));
    }
  }

  List<Problem> problems() {
    return problems;
  }

  /** Changes the classes that have such methods, unless that is done. */
  void run() throws IOException {
    for (ClassModel type : List.copyOf(folder.classes().values())) {
      if (type.methods().stream().anyMatch(Specialization::isOpen)) {
        folder.write(type, specialize(type));
      }
    }
  }

  private static boolean isOpen(MethodModel method) {
    return Marks.isSpecialize(method) && !new SpecializedMethod(method).isDone();
  }

  private byte[] specialize(ClassModel type) {
    return folder
        .format()
        .transformClass(
            type,
            (out, element) -> {
              if (element instanceof MethodModel method && isOpen(method)) {
                new SpecializedMethod(method).write(out);
              } else {
                out.with(element);
              }
            });
  }
}
