package io.muster.jobs.contactimport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.directory.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumberFormTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "1.234,50 | 1.234,50 | 1234.5",
                "1.234,50 | 1234,5 | 1234.5",
                "1.234,50 | -12.345.678,900 | -12345678.9",
                "1.234,50 | +7 | 7",
                "1.234,50 | 007,00 | 7",
                "1.234,50 | ,5 | 0.5",
                "1.234,50 | -0,0 | 0",
                "1.234,50 | 100 | 100",
                "1,234.50 | 1,234.50 | 1234.5",
                "1 234,50 | 1\u00a0234,5 | 1234.5",
                "1 234,50 | 1\u202f234\u202f567 | 1234567",
                "1'234.50 | 1\u2019234.05 | 1234.05",
                "1234,50 | 1234,50 | 1234.5",
                "1.234,50 | \u2212 1 | ",
                "1.234,50 | \u22121 | -1"
            })
    void readsNumbersAsTheExampleIsWritten(String example, String cell, String stored) {
        Verdict verdict = NumberForm.parse(example).judge(cell);

        if (stored == null) {
            assertThat(verdict).isInstanceOf(Verdict.Invalid.class);
        } else {
            assertThat(verdict).isEqualTo(new Verdict.Valid(stored));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5", "1.23.456", "12.34", "1,2,3", "1e3", "12 EUR", "-", ",", "1 234", "0x1F", "\u0661"})
    void whatIsWrittenOtherwiseIsNoNumber(String cell) {
        assertThat(NumberForm.parse("1.234,50").judge(cell))
                .isEqualTo(new Verdict.Invalid("NUMBER_INVALID", "The value is no number written like 1.234,50."));
    }

    @Test
    void blankStaysBlank() {
        assertThat(NumberForm.parse("1.234,50").judge("  ")).isEqualTo(Verdict.BLANK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "de-DE", "#.##0,00", "1.234.50", "1,234,50", "1234", "2.345,60"})
    void refusesWhatIsNoExample(String text) {
        assertThatThrownBy(() -> NumberForm.parse(text))
                .hasMessage(
                        "must be the number one thousand two hundred thirty-four and a half as the column writes it,"
                                + " such as 1.234,50 or 1,234.50 or 1234,50");
    }
}
