package io.muster.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.support.KnownSetting.Choice;
import io.muster.support.KnownSetting.Count;
import io.muster.support.KnownSetting.Open;
import io.muster.support.KnownSetting.Size;
import io.muster.support.KnownSetting.Text;
import io.muster.support.KnownSetting.Time;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTests {

    private static final String NAME = "muster.a.b-c";
    private static final Count COUNT = Count.of(NAME, 5, 1, 9, "");
    private static final Time TIME = new Time(NAME, Duration.ofSeconds(7), Duration.ofSeconds(2), "");
    private static final Size SIZE = Size.of(NAME, 512, "");
    private static final Choice CHOICE = new Choice(NAME, "red", List.of("red", "dark-blue"), "");

    private enum Colour {
        RED,
        DARK_BLUE
    }

    private static Settings given(String value) {
        return new Settings(Map.of(NAME, value)::get);
    }

    @Test
    void takesTheUsualValueOfWhatIsNotSetOrBlank() {
        for (Settings settings : new Settings[] {new Settings(name -> null), given("  ")}) {
            assertThat(settings.text(new Open(NAME, "", "", ""))).isEmpty();
            assertThat(settings.text(new Text(NAME, "this", "", ""))).isEqualTo("this");
            assertThat(settings.has(COUNT)).isFalse();
            assertThat(settings.number(COUNT)).isEqualTo(5);
            assertThat(settings.number(COUNT, 8)).isEqualTo(8);
            assertThat(settings.duration(TIME)).hasSeconds(7);
            assertThat(settings.bytes(SIZE)).isEqualTo(512L << 20);
            assertThat(settings.bytes(SIZE, () -> 3)).isEqualTo(3);
            assertThat(settings.one(CHOICE, Colour.class)).isEqualTo(Colour.RED);
        }
    }

    @Test
    void takesBothBoundsOfANumber() {
        assertThat(given(" 1 ").number(COUNT)).isEqualTo(1);
        assertThat(given("9").number(COUNT)).isEqualTo(9);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "10", "-1", "two", "1.5", "99999999999", "٣"})
    void namesTheSettingTheVariableAndAnExample(String value) {
        assertThatThrownBy(() -> given(value).number(COUNT))
                .isInstanceOf(Refusal.class)
                .hasMessage(
                        "Cannot use the setting muster.a.b-c (MUSTER_A_B_C): '%s' is no number from 1 to 9."
                                + " Write for example 5.",
                        value);
    }

    @Test
    void refusesATimeBelowItsLeast() {
        assertThat(given("2s").duration(TIME)).hasSeconds(2);
        assertThatThrownBy(() -> given("1s").duration(TIME))
                .hasMessage(
                        "Cannot use the setting muster.a.b-c (MUSTER_A_B_C): '1s' is no length of time of 2s or more."
                                + " Write for example 7s.");
    }

    @Test
    void readsWordsInAnyCase() {
        assertThat(given("Dark-Blue").one(CHOICE, Colour.class)).isEqualTo(Colour.DARK_BLUE);
        assertThatThrownBy(() -> given("green").one(CHOICE, Colour.class))
                .hasMessage("Cannot use the setting muster.a.b-c (MUSTER_A_B_C): 'green' is none of red, dark-blue."
                        + " Write for example red.");
    }
}
