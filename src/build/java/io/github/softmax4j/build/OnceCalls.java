package io.github.softmax4j.build;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LineNumber;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Moves calls of {@code @Inline(once = true)} methods out of the loops of a method: each runs once
 * for the same arguments, and its result stays in a local.
 *
 * <p>The place is the last one before the first call that every way through the method passes, and
 * none passes twice. Further up, a result would be kept over other calls, and so in memory.
 */
final class OnceCalls implements CodeTransform {

  /** Writes a method's code for constant arguments, with free locals from {@code free} on. */
  interface Emitter {
    void emit(CodeBuilder out, MethodModel method, List<Integer> arguments, int free);
  }

  private record Key(MethodModel method, List<Integer> arguments) {
    TypeKind result() {
      return TypeKind.from(method.methodTypeSymbol().returnType());
    }
  }

  private final Emitter emitter;

  /** The locals of the results. */
  private final Map<Key, Integer> locals = new LinkedHashMap<>();

  /** Which call is which, by the place among the elements. */
  private final Map<Integer, Key> calls = new HashMap<>();

  /** The places of their arguments. */
  private final BitSet arguments = new BitSet();

  /** Before which element they run. */
  private final int start;

  private int free;
  private int place;

  OnceCalls(CodeModel code, InlineMethods methods, Emitter emitter) {
    this.emitter = emitter;
    free = Expansion.maxLocals(code);
    List<CodeElement> elements = code.elementList();
    for (int i = 0; i < elements.size(); i++) {
      if (elements.get(i) instanceof InvokeInstruction call && methods.find(call) != null) {
        add(methods.find(call), elements, i);
      }
    }
    start = arguments.isEmpty() ? 0 : start(elements, arguments.nextSetBit(0));
  }

  /** The last place up to {@code limit} over which nothing jumps. */
  private static int start(List<CodeElement> elements, int limit) {
    BitSet crossed = new BitSet();
    Map<Label, Integer> targets = new HashMap<>();
    for (int i = 0; i < elements.size(); i++) {
      if (elements.get(i) instanceof LabelTarget target) {
        targets.put(target.label(), i);
      }
    }
    for (int i = 0; i < elements.size(); i++) {
      for (Label label : FlagFolding.targets(elements.get(i))) {
        int target = targets.get(label);
        crossed.set(Math.min(i, target) + 1, Math.max(i, target) + 1);
      }
      if (elements.get(i) instanceof ExceptionCatch) {
        return 0;
      }
    }
    return crossed.previousClearBit(limit);
  }

  private void add(MethodModel method, List<CodeElement> elements, int call) {
    List<Integer> values = new ArrayList<>();
    int wanted = method.methodTypeSymbol().parameterCount();
    for (int i = call - 1; values.size() < wanted; i--) {
      CodeElement element = i < 0 ? null : elements.get(i);
      if (element instanceof ConstantInstruction constant
          && constant.constantValue() instanceof Integer value) {
        values.addFirst(value);
        arguments.set(i);
      } else if (!(element instanceof LineNumber) && !(element instanceof LabelTarget)) {
        return; // stays a call, which the rules do not allow
      }
    }
    Key key = new Key(method, values);
    calls.put(call, key);
    if (!locals.containsKey(key)) {
      locals.put(key, free);
      free += key.result().slotSize();
    }
  }

  private void run(CodeBuilder out) {
    locals.forEach(
        (key, local) -> {
          emitter.emit(out, key.method(), key.arguments(), free);
          out.storeLocal(key.result(), local);
        });
  }

  @Override
  public void accept(CodeBuilder out, CodeElement element) {
    int at = place++;
    if (at == start) {
      run(out);
    }
    if (calls.containsKey(at)) {
      out.loadLocal(calls.get(at).result(), locals.get(calls.get(at)));
    } else if (!arguments.get(at)) {
      out.with(element);
    }
  }
}
