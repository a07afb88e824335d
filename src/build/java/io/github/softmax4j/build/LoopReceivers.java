package io.github.softmax4j.build;

import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds vectors that are receivers where C2 may not know their class: those that a loop carries
 * from turn to turn, in it and behind it, and those from before a loop, in it.
 *
 * <p>The class of such a vector is known to C2 from the type profile alone. Without one it makes an
 * object for each operation.
 */
final class LoopReceivers {

  private final MethodModel method;
  private final FlowGraph graph;
  private final Map<Integer, Frame> before = new HashMap<>();
  private final Map<Integer, Frame> after = new HashMap<>();

  /** Joined values, and what they are joined of, by names that no instruction has. */
  private final Map<Integer, Set<Integer>> joined = new HashMap<>();

  private final int slots;

  LoopReceivers(MethodModel method) {
    this.method = method;
    CodeModel code = method.code().orElseThrow();
    graph = new FlowGraph(code);
    CodeAttribute attribute = (CodeAttribute) code;
    Frame start = new Frame(attribute.maxLocals(), attribute.maxStack());
    slots = start.slots();
    while (goThrough(start)) {
      joined.clear();
    }
  }

  private boolean goThrough(Frame start) {
    boolean changes = false;
    for (int i : graph.order()) {
      changes |= go(i, start);
    }
    return changes;
  }

  /** Finds the frames around one instruction, and tells whether the one behind it has changed. */
  private boolean go(int i, Frame start) {
    Frame here = i == 0 ? start.copy() : null;
    for (int from : graph.predecessors(i)) {
      Frame incoming = after.get(from);
      if (incoming != null) {
        here = here == null ? entered(incoming, i) : join(here, entered(incoming, i), i);
      }
    }
    before.put(i, here);
    Frame next = here.copy();
    next.apply(graph.instructions().get(i), i);
    Frame old = after.put(i, next);
    return old == null || !old.isSame(next);
  }

  private Frame entered(Frame incoming, int i) {
    Frame frame = incoming.copy();
    if (graph.isHandler(i)) {
      frame.handle(i);
    }
    return frame;
  }

  private Frame join(Frame a, Frame b, int i) {
    for (int slot = 0; slot < slots; slot++) {
      int name = name(i, slot);
      if (a.get(slot) != b.get(slot)) {
        Set<Integer> parts = joined.computeIfAbsent(name, key -> new HashSet<>());
        parts.add(a.get(slot));
        parts.add(b.get(slot));
        parts.remove(name);
        a.set(slot, name);
      }
    }
    return a;
  }

  /** Of what is joined in a slot at an instruction: below those of instructions and of none. */
  private int name(int i, int slot) {
    return -2 - (i * slots + slot);
  }

  private int placeOf(int value) {
    return value >= 0 ? value : (-2 - value) / slots;
  }

  List<Problem> problems() {
    List<Problem> problems = new ArrayList<>();
    for (int i : graph.order()) {
      Instruction instruction = graph.instructions().get(i);
      if (instruction instanceof InvokeInstruction call && Vectors.isReceiver(call)) {
        String what = obstacle(before.get(i).receiver(call), i, new HashSet<>());
        if (what != null) {
          problems.add(
              Problem.at(method, graph.line(i), "the receiver of " + call.name() + " " + what));
        }
      }
    }
    return problems;
  }

  /** Why a value may not be a receiver at an instruction, or {@code null}. */
  private String obstacle(int value, int at, Set<Integer> seen) {
    if (value == Frame.NONE || !seen.add(value)) {
      return null;
    }
    int place = placeOf(value);
    if (joined.containsKey(value) && graph.beginsLoop(place)) {
      return "is carried by the loop at line " + graph.line(place);
    }
    BitSet loop = graph.loopAround(at);
    if (loop != null && !loop.get(place)) {
      return "comes from before the loop, from line " + graph.line(place);
    }
    for (int part : joined.getOrDefault(value, Set.of())) {
      String what = obstacle(part, at, seen);
      if (what != null) {
        return what;
      }
    }
    return null;
  }
}
