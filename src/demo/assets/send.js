// Sends the answer at once; without JavaScript the person presses "Continua".
document.getElementById("answer").submit();
