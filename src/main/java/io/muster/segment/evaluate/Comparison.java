package io.muster.segment.evaluate;

/** How texts are compared. */
enum Comparison {
    /** Without case. */
    FOLDED,
    /** As they are, without outer white space. */
    EXACT
}
