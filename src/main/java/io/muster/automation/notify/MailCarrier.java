package io.muster.automation.notify;

import io.muster.automation.jobfile.References;
import io.muster.automation.jobfile.Setting;
import io.muster.support.KnownSettings;
import io.muster.support.Refusal;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.springframework.mail.MailException;
import org.springframework.mail.javamail.JavaMailSenderImpl;
import org.springframework.mail.javamail.MimeMessageHelper;
import tools.jackson.databind.json.JsonMapper;

/** Sends mail through the configured server. */
final class MailCarrier implements Carrier {

    private static final String TIMEOUT_MILLIS = "15000";

    private final NotificationSettings.@Nullable Mail settings;
    private final References references;
    private final JsonMapper mapper;

    MailCarrier(NotificationSettings.@Nullable Mail settings, References references, JsonMapper mapper) {
        this.settings = settings;
        this.references = references;
        this.mapper = mapper;
    }

    @Override
    public void carry(Letter letter) throws NotDelivered {
        NotificationSettings.Mail mail = settings;
        if (mail == null) {
            throw new NotDelivered("No mail server is configured. Set muster.mail.host and muster.mail.from.");
        }

        Message message = mapper.readValue(letter.message(), Message.class);
        try {
            JavaMailSenderImpl sender = sender(mail);
            MimeMessage mime = sender.createMimeMessage();
            MimeMessageHelper helper = new MimeMessageHelper(mime, StandardCharsets.UTF_8.name());
            helper.setFrom(mail.from());
            helper.setTo(letter.destination());
            helper.setSubject(message.headline());
            helper.setText(message.text());
            // Told apart from letters of people, so that no holiday reply answers it.
            mime.setHeader("Auto-Submitted", "auto-generated");
            mime.setHeader("X-Muster-Delivery", Long.toString(letter.id()));
            sender.send(mime);
        } catch (MailException | MessagingException failure) {
            throw new NotDelivered(
                    "The mail server %s did not take it: %s".formatted(mail.host(), root(failure)), failure);
        } catch (Refusal refusal) {
            throw new NotDelivered(refusal.getMessage(), refusal);
        }
    }

    private JavaMailSenderImpl sender(NotificationSettings.Mail mail) {
        JavaMailSenderImpl sender = new JavaMailSenderImpl();
        sender.setHost(mail.host());
        sender.setPort(mail.port());
        Setting password = mail.password();
        if (mail.user() != null) {
            sender.setUsername(mail.user());
            sender.setPassword(password == null ? "" : references.value(password, KnownSettings.MAIL_PASSWORD.name()));
        }

        Properties properties = sender.getJavaMailProperties();
        properties.put("mail.smtp.auth", Boolean.toString(mail.user() != null));
        properties.put("mail.smtp.connectiontimeout", TIMEOUT_MILLIS);
        properties.put("mail.smtp.timeout", TIMEOUT_MILLIS);
        properties.put("mail.smtp.writetimeout", TIMEOUT_MILLIS);
        properties.put("mail.smtp.ssl.checkserveridentity", "true");
        switch (mail.tls()) {
            case NONE -> {}
            case STARTTLS -> {
                properties.put("mail.smtp.starttls.enable", "true");
                properties.put("mail.smtp.starttls.required", "true");
            }
            case TLS -> properties.put("mail.smtp.ssl.enable", "true");
        }

        return sender;
    }

    private static String root(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }

        String text = cause.getMessage();
        return (text == null ? cause.getClass().getSimpleName() : text)
                .replaceAll("\\s+", " ")
                .strip();
    }
}
