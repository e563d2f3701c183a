package io.muster.automation.server;

import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.jobfile.References;
import io.muster.automation.notify.NotificationSettings;
import io.muster.automation.notify.Notifications;
import io.muster.support.KnownSettings;
import io.muster.support.Settings;
import java.nio.file.Path;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Job files, references, notifications and the settings of the server as Spring beans. */
@Configuration(proxyBeanMethods = false)
public class AutomationConfiguration {

    /** In the folder of the setting {@code muster.jobs}, else in the launcher's own, else in {@code jobs}. */
    @Bean
    JobFiles jobFiles(Environment environment) {
        return new JobFiles(Path.of(new Settings(environment::getProperty)
                .text(KnownSettings.JOBS)
                .orElseGet(() -> System.getProperty("muster.launcher.jobs", "jobs"))));
    }

    /** Into the environment of this process. */
    @Bean
    References references() {
        return References.ofProcess();
    }

    /** {@code muster.mail.*} and {@code muster.public-url}. */
    @Bean
    NotificationSettings notificationSettings(Environment environment) {
        return NotificationSettings.read(environment::getProperty);
    }

    /** By email and webhook. */
    @Bean
    Notifications notifications(
            JdbcClient jdbc, NotificationSettings settings, References references, JsonMapper mapper, Clock clock) {
        return new Notifications(jdbc, settings, references, mapper, clock);
    }

    /** {@code muster.server.*}. */
    @Bean
    ServerSettings serverSettings(Environment environment) {
        return ServerSettings.read(environment::getProperty);
    }
}
