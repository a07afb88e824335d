package io.github.softmax4j.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * C2 does not inline a method of more than 325 bytecodes (FreqInlineSize), and some kernels rely on
 * that to be compiled by themselves: see {@link Blocks}. The helper that they in turn need inlined
 * must stay below.
 */
class CompilationSizesTest {

  private static final int FREQ_INLINE_SIZE = 325;

  @ParameterizedTest
  @CsvSource({"Blocks, sumExponentials", "Blocks, storeExponentials", "Tile, exponentials"})
  void isACompilationOfItsOwn(String type, String method) throws IOException {
    int size = codeSize(type, method);
    assertTrue(size > FREQ_INLINE_SIZE, () -> method + " has only " + size + " bytecodes");
  }

  @ParameterizedTest
  @CsvSource({"Lanes, exp", "Lanes, constant", "Blocks, max", "Blocks, scale"})
  void canBeInlined(String type, String method) throws IOException {
    int size = codeSize(type, method);
    assertTrue(size <= FREQ_INLINE_SIZE, () -> method + " has " + size + " bytecodes");
  }

  private static int codeSize(String type, String method) throws IOException {
    try (InputStream in = Kernel.class.getResourceAsStream(type + ".class")) {
      ClassModel model = ClassFile.of().parse(in.readAllBytes());
      return model.methods().stream()
          .filter(m -> m.methodName().equalsString(method))
          .map(CompilationSizesTest::code)
          .mapToInt(CodeAttribute::codeLength)
          .findFirst()
          .orElseThrow();
    }
  }

  private static CodeAttribute code(MethodModel method) {
    return (CodeAttribute) method.code().orElseThrow();
  }
}
