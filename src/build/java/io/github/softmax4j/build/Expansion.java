package io.github.softmax4j.build;

import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.CharacterRange;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.LocalVariable;
import java.lang.classfile.instruction.LocalVariableType;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.constant.ClassDesc;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Replaces every call of an {@code @Inline} method in a class by that method's code.
 *
 * <p>Arguments go from the stack to fresh locals, a {@code return} becomes a jump to the end, and
 * calls inside are replaced likewise. Where the last arguments are constants, such as flags, what
 * they rule out is left out. Code from the same source file keeps its line numbers. Code from
 * another file gets the line of the call, as a class names one source file only.
 */
final class Expansion {

  private final ClassFolder folder;
  private final InlineMethods methods;
  private final List<Problem> problems;

  Expansion(ClassFolder folder, InlineMethods methods, List<Problem> problems) {
    this.folder = folder;
    this.methods = methods;
    this.problems = problems;
  }

  /** The class with all such calls replaced, but for those whose code runs once. */
  byte[] expand(ClassModel type) {
    return transform(type, code -> new Caller(type, code));
  }

  /** The expanded class with these calls replaced, too. */
  byte[] moveToStart(ClassModel type) {
    return transform(type, code -> new OnceCalls(code, methods, new Caller(type, code)::emitOnce));
  }

  private byte[] transform(ClassModel type, Function<CodeModel, CodeTransform> change) {
    return folder
        .format()
        .transformClass(
            type,
            (out, element) -> {
              if (element instanceof MethodModel method && hasCalls(method)) {
                CodeTransform ofCode = change.apply(method.code().orElseThrow());
                out.transformMethod(method, MethodTransform.transformingCode(ofCode));
              } else {
                out.with(element);
              }
            });
  }

  /** Whether there is anything to replace in a class. */
  boolean hasCalls(ClassModel type) {
    return type.methods().stream().anyMatch(this::hasCalls);
  }

  private boolean hasCalls(MethodModel method) {
    return method.code().stream()
        .flatMap(CodeModel::elementStream)
        .anyMatch(e -> e instanceof InvokeInstruction call && methods.find(call) != null);
  }

  static int maxLocals(CodeModel code) {
    return ((CodeAttribute) code).maxLocals();
  }

  /** One method whose calls are replaced. */
  private final class Caller implements CodeTransform {

    private final ClassModel type;
    private final CodeModel code;
    private final TrailingConstants constants = new TrailingConstants();
    private int line;

    Caller(ClassModel type, CodeModel code) {
      this.type = type;
      this.code = code;
    }

    @Override
    public void accept(CodeBuilder out, CodeElement element) {
      if (element instanceof LineNumber number) {
        line = number.line();
      }
      MethodModel callee = element instanceof InvokeInstruction call ? methods.find(call) : null;
      if (callee == null || InlineMethods.runsOnce(callee)) {
        out.with(element);
      } else if (new Callee(out, callee, constants, maxLocals(code), line).emit()) {
        out.lineNumber(line);
      }
      constants.follow(element);
    }

    /** Writes the code of a method, and leaves its result for int arguments on the stack. */
    private void emitOnce(CodeBuilder out, MethodModel method, List<Integer> arguments, int free) {
      arguments.forEach(out::loadConstant);
      new Callee(out, method, new TrailingConstants(), free, line).emit();
    }

    private boolean isSameSource(MethodModel method) {
      return Access.outermost(type).equals(Access.outermost(method.parent().orElseThrow()));
    }

    /** One method that replaces a call, its locals from {@code base} on. */
    private final class Callee {

      private final CodeBuilder out;
      private final MethodModel method;
      private final CodeModel code;
      private final int base;
      private final List<CodeElement> elements;
      private final TrailingConstants constants = new TrailingConstants();
      private final boolean keepsLines;
      private final Map<Label, Label> labels = new HashMap<>();
      private final Label end;
      private int lineHere;
      private boolean movesLines;

      Callee(
          CodeBuilder out,
          MethodModel method,
          TrailingConstants arguments,
          int base,
          int lineOfCall) {
        this.out = out;
        this.method = method;
        this.base = base;
        lineHere = lineOfCall;
        code = method.code().orElseThrow();
        elements = FlagFolding.fold(code.elementList(), arguments.ofParameters(method));
        keepsLines = isSameSource(method);
        end = out.newLabel();
      }

      /** Writes the code, and tells whether it has line numbers of its own. */
      boolean emit() {
        storeArguments();
        int last = elements.size() - 1;
        while (!(elements.get(last) instanceof Instruction)) {
          last--;
        }
        for (int i = 0; i <= last; i++) {
          if (!(elements.get(i) instanceof ReturnInstruction)) {
            emit(elements.get(i));
          } else if (i < last) {
            out.goto_(end);
          }
          constants.follow(elements.get(i));
        }
        out.labelBinding(end);
        return movesLines;
      }

      private void storeArguments() {
        List<ClassDesc> types = method.methodTypeSymbol().parameterList();
        int slot = base + types.stream().mapToInt(t -> TypeKind.from(t).slotSize()).sum();
        for (ClassDesc argument : types.reversed()) {
          TypeKind kind = TypeKind.from(argument);
          slot -= kind.slotSize();
          out.storeLocal(kind, slot);
        }
      }

      private void emit(CodeElement element) {
        switch (element) {
          case LineNumber number -> emitLine(number);
          case LocalVariable ignored -> {}
          case LocalVariableType ignored -> {}
          case CharacterRange ignored -> {}
          case LabelTarget target -> out.labelBinding(label(target.label()));
          case LoadInstruction load -> out.loadLocal(load.typeKind(), base + load.slot());
          case StoreInstruction store -> out.storeLocal(store.typeKind(), base + store.slot());
          case IncrementInstruction add -> out.iinc(base + add.slot(), add.constant());
          case BranchInstruction jump -> out.branch(jump.opcode(), label(jump.target()));
          case TableSwitchInstruction table ->
              out.tableswitch(
                  table.lowValue(),
                  table.highValue(),
                  label(table.defaultTarget()),
                  cases(table.cases()));
          case LookupSwitchInstruction lookup ->
              out.lookupswitch(label(lookup.defaultTarget()), cases(lookup.cases()));
          case InvokeInstruction call -> emitCall(call);
          case FieldInstruction field -> {
            checkAccess(field.owner(), field.name(), field.type());
            out.with(field);
          }
          default -> out.with(element);
        }
      }

      /** Code that moves to another class may use only what that class may. */
      private void checkAccess(ClassEntry owner, Utf8Entry name, Utf8Entry memberType) {
        ClassModel of = folder.find(owner.asInternalName());
        if (of != null && !Access.isAllowed(type, of, name, memberType)) {
          String member = of.thisClass().asInternalName().replaceAll(".*/", "") + "." + name;
          problems.add(
              Problem.at(
                  method,
                  Lines.first(method),
                  "@Inline code uses %s, which %s may not"
                      .formatted(member, type.thisClass().asInternalName().replaceAll(".*/", ""))));
        }
      }

      private void emitLine(LineNumber number) {
        if (keepsLines) {
          out.with(number);
          lineHere = number.line();
          movesLines = true;
        }
      }

      private void emitCall(InvokeInstruction call) {
        MethodModel inner = methods.find(call);
        if (inner == null || InlineMethods.runsOnce(inner)) {
          if (inner == null) {
            checkAccess(call.owner(), call.name(), call.type());
          }
          out.with(call);
        } else {
          int free = base + maxLocals(code);
          if (new Callee(out, inner, constants, free, lineHere).emit()) {
            out.lineNumber(lineHere);
            movesLines = true;
          }
        }
      }

      private List<SwitchCase> cases(List<SwitchCase> cases) {
        return cases.stream().map(c -> SwitchCase.of(c.caseValue(), label(c.target()))).toList();
      }

      private Label label(Label ofCallee) {
        return labels.computeIfAbsent(ofCallee, key -> out.newLabel());
      }
    }
  }
}
