package io.muster.runs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SettingChangeTests {

    private static JsonNode tree(String json) {
        return JsonMapper.shared().readTree(json.replace('\'', '"'));
    }

    @Test
    void sameSettingsDifferInNothing() {
        JsonNode settings = tree("{'limits':{'maxRejected':0.1},'mapping':{'columns':{'E-Mail':'email'}}}");

        assertThat(SettingChange.between(settings, settings.deepCopy())).isEmpty();
    }

    @Test
    void namesKeysAsJobFilesDo() {
        assertThat(
                        SettingChange.between(
                                tree("{'limits':{'maxRejectedRows':5},'list':{'kind':'none'},'optOut':'NEVER_LIFT'}"),
                                tree(
                                        "{'limits':{'maxRejectedRows':9},'list':{'kind':'existing','list':'A'},'optOut':'FALSE_LIFTS'}")))
                .extracting(SettingChange::text)
                .containsExactly(
                        "limits.max-rejected-rows: 5 -> 9",
                        "opt-out: NEVER_LIFT -> FALSE_LIFTS",
                        "target.list.kind: none -> existing",
                        "target.list.list: not set -> A");
    }

    @Test
    void leavesNamesOfColumnsAndFieldsAsTheyAre() {
        assertThat(SettingChange.between(
                        tree("{'mapping':{'columns':{'eMail':'email','Old':'phone'},'values':{'lastSeen':{'a':'b'}}}}"),
                        tree("{'mapping':{'columns':{'eMail':'extRef'},'values':{'lastSeen':{'a':'c'}}}}")))
                .extracting(SettingChange::text)
                .containsExactly(
                        "mapping.columns.Old: phone -> not set",
                        "mapping.columns.eMail: email -> extRef",
                        "mapping.values.lastSeen.a: b -> c");
    }

    @Test
    void comparesListsAsAWhole() {
        assertThat(SettingChange.between(tree("{'nullTokens':null}"), tree("{'nullTokens':['N/A','-']}")))
                .extracting(SettingChange::text)
                .containsExactly("null-tokens: not set -> [\"N/A\",\"-\"]");
    }
}
