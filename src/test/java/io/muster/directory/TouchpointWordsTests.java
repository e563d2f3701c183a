package io.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TouchpointWordsTests {

    @Test
    void everyChannelAndKindIsReadFromItsWord() {
        assertThat(TouchpointChannel.values())
                .allSatisfy(channel ->
                        assertThat(TouchpointChannel.of(channel.word())).contains(channel));
        assertThat(TouchpointKind.values())
                .allSatisfy(kind -> assertThat(TouchpointKind.of(kind.word())).contains(kind));
    }

    @Test
    void wordsCompareWithoutCaseAndHyphensAreForgiven() {
        assertThat(TouchpointChannel.of(" EMail ")).contains(TouchpointChannel.EMAIL);
        assertThat(TouchpointKind.of("Thank_You")).contains(TouchpointKind.THANK_YOU);
        assertThat(TouchpointKind.of("thank you")).contains(TouchpointKind.THANK_YOU);
        assertThat(TouchpointKind.of("thanks")).isEmpty();
    }

    @Test
    void frequencyCountsInvitesMessagesAndDisplaysOnly() {
        assertThat(Arrays.stream(TouchpointKind.values()).filter(TouchpointKind::isCounted))
                .containsExactly(TouchpointKind.INVITE, TouchpointKind.SENT, TouchpointKind.SHOWN);
    }

    @Test
    void judgesWordsIdsAndContacts() {
        FieldRules rules = new FieldRules(null);

        assertThat(rules.judgeChannel("SMS")).isEqualTo(new Verdict.Valid("sms"));
        assertThat(rules.judgeChannel(" ")).isEqualTo(Verdict.BLANK);
        assertThat(rules.judgeChannel("pigeon"))
                .isEqualTo(new Verdict.Invalid(
                        "CHANNEL_INVALID",
                        "The channel is none of email, sms, web, app, push, whatsapp, phone, post, other."));
        assertThat(rules.judgeKind("x"))
                .isEqualTo(new Verdict.Invalid(
                        "KIND_INVALID",
                        "The kind is none of invite, sent, shown, reminder, thank-you, opened, clicked, dismissed,"
                                + " started, answered, bounced."));
        assertThat(rules.judgeTouchpointId("S".repeat(101))).isInstanceOf(Verdict.Invalid.class);
        String id = TestDatabase.IDS.contact(7, 42);
        assertThat(rules.judgeContactId(id, 7, TestDatabase.IDS)).isEqualTo(new Verdict.Valid("42"));
        assertThat(rules.judgeContactId(id, 8, TestDatabase.IDS))
                .isEqualTo(new Verdict.Invalid(
                        "CONTACT_ID_INVALID", "The value is not the id of a contact of this directory."));
    }
}
