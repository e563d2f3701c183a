package io.muster.support;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FoldTests {

    @ParameterizedTest
    @ValueSource(strings = {" ", "\t", "\n", "\u000B", "\f", "\r", "\u0085", "\u00A0", "\u2003", "\u3000", "\uFEFF"})
    void trimsOuterWhiteSpaceOfAnyScript(String space) {
        assertThat(Fold.trim(space + "R" + space + "1" + space)).isEqualTo("R" + space + "1");
        assertThat(Fold.isBlank(space)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0000", "\u0001", "\b", "\u001A", "\u001B", "\u001C", "\u001F", "\u007F"})
    void keepsControlCharactersForTheVerdict(String control) {
        assertThat(Fold.trim(control + "R-1" + control)).isEqualTo(control + "R-1" + control);
        assertThat(Fold.isBlank(control)).isFalse();
    }
}
