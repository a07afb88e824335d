package io.github.softmax4j.kernel;

/**
 * The passes of {@link WideRows} over the logits that are at hand that find their exponentials.
 * There are two kinds, for 32 vector registers and for 16, because C2 must be led to keep the
 * exponential's constants in the latter; and either has one of its own for rows with weights: a
 * choice in the loop, or one more pass for the weights, costs more than a tenth of the time.
 *
 * <p>The exponential, {@link Lanes#exp}, is written out, because C2 inlines the Vector API's
 * methods always and a helper of ours not when it has run out of budget: a helper left a call has
 * its vectors boxed. For the same reason no vector that a loop carries is ever a receiver, only an
 * argument: its class is known to C2 from the type profile alone, which may be missing. What a row
 * is relative to is a receiver, so it becomes a vector in the loop, from which C2 moves that.
 */
interface ExponentialPasses {

  /** The lane sums of the terms, and of the weighted distances if there are weights. */
  void sums();

  /** The same, and the terms where the results go: a twin in each, for want of a free store. */
  void terms();
}
