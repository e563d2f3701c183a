package io.muster.load;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.support.Refusal;
import org.junit.jupiter.api.Test;

/** Texts that a column cannot hold. */
class LocalInfileRowsTests {

    private final LocalInfileRows rows = new LocalInfileRows(BulkTable.LIST_MEMBER);

    @Test
    void refusesATextThatTheServerWouldCutOff() {
        rows.text("x".repeat(16_777_215));
        rows.text("\u20ac".repeat(16_777_215 / 3));

        String tooLong = "\u20ac".repeat(16_777_215 / 3 + 1);
        assertThatThrownBy(() -> rows.text(tooLong))
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot store a value of more than 16,777,215 bytes: the embedded data of a contact has"
                        + " grown too large. Import fewer columns, then resume the run.");
    }
}
