package io.muster.segment.condition;

/** A test of one value, which may be missing or unreadable. */
public sealed interface ValueTest permits TextTest, NumberTest, DateTest {

    /** How the value is read. */
    Form form();
}
