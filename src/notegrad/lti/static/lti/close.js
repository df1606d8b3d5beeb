// Tells the platform's page, which opened this one, that the registration is over and it may close it.
(window.opener || window.parent).postMessage({ subject: "org.imsglobal.lti.close" }, "*");
